#pragma once
// Result<T>: a value or an Error, in the shape of std::expected, and [[nodiscard]] (libstdc++ 12's own does not warn).

#include "base/assert.h"
#include "base/error.h"

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace govlog {

/// Either a T or an Error. Asking for the one that is not there is a bug and ends the process.
///
///     Result<Uuid> id = parse_uuid(text);
///     if (!id.ok()) return id.error();
template <typename T>
class [[nodiscard]] Result {
 public:
  // NOLINTBEGIN(google-explicit-constructor): a function returns its value or its error
  template <typename U>
  requires(std::constructible_from<T, U&&> && !std::same_as<std::remove_cvref_t<U>, Error> &&
           !std::same_as<std::remove_cvref_t<U>, Result>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  // NOLINTEND(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  const T& value() const { return expect_value(); }
  T& value() { return const_cast<T&>(std::as_const(*this).expect_value()); }
  T take() { return std::move(value()); }
  const T& operator*() const { return value(); }
  const T* operator->() const { return &value(); }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }

  const Error& error() const {
    GOVLOG_ASSERT(!ok(), "an error was asked of a value");
    return *std::get_if<1>(&state_);
  }
  Error take_error() { return std::move(const_cast<Error&>(error())); }

 private:
  const T& expect_value() const {
    GOVLOG_ASSERT(ok(), "{}", std::get_if<1>(&state_)->message);
    return *std::get_if<0>(&state_);
  }

  std::variant<T, Error> state_;
};

struct Ok {};

/// Success, or an Error.
using Status = Result<Ok>;

}  // namespace govlog

#define GOVLOG_JOIN_(a, b) a##b
#define GOVLOG_JOIN(a, b) GOVLOG_JOIN_(a, b)

/// The value of a Result, or returns its error from the enclosing function. One per statement.
#define GOVLOG_TRY(...) GOVLOG_TRY_(GOVLOG_JOIN(govlog_result_, __COUNTER__), __VA_ARGS__)
#define GOVLOG_TRY_(name, ...)   \
  __extension__({                \
    auto name = (__VA_ARGS__);   \
    if (!name.ok()) [[unlikely]] \
      return name.take_error();  \
    name.take();                 \
  })
