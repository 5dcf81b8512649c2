#include "codec/uuid.h"

#include "codec/shown.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace govlog {
namespace {

constexpr std::size_t kTextBytes = 36;
constexpr std::size_t kNibblesMax = 32;

bool dash_at(std::size_t index) { return index == 8 || index == 13 || index == 18 || index == 23; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void set_version(Uuid& id, std::uint8_t version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | (version << 4));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
}

/// Random bits from the kernel, fetched in bulk: a system call for each id would cost more than the id.
class RandomSource {
 public:
  std::uint64_t next() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }

 private:
  void refill() {
    const ssize_t bytes = getrandom(words_.data(), sizeof words_, 0);  // up to 256 bytes come whole or not at all
    GOVLOG_ASSERT(bytes == static_cast<ssize_t>(sizeof words_), "getrandom gave {} bytes", bytes);
    used_ = 0;
  }

  std::array<std::uint64_t, 32> words_{};
  std::size_t used_ = words_.size();
};

constexpr std::uint64_t kHighMax = 0xFFF;                        // rand_a: 12 bits
constexpr std::uint64_t kLowMax = (std::uint64_t{1} << 62) - 1;  // rand_b: 62 bits

/// The ids of this process in order: within one millisecond the 74 random bits are a counter that takes random steps.
class SequenceV7 {
 public:
  Uuid next(std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    if (now_ms > last_ms_ || !started_) {
      restart(now_ms);
    } else {
      step();
    }
    return id();
  }

 private:
  void restart(std::uint64_t ms) {
    started_ = true;
    last_ms_ = ms;
    high_ = random_.next() & kHighMax;
    low_ = random_.next() & kLowMax;
  }

  void step() {
    const std::uint64_t by = (random_.next() & 0xFFFF'FFFF) + 1;
    if (low_ <= kLowMax - by) {
      low_ += by;
    } else if (high_ < kHighMax) {
      low_ = by - (kLowMax - low_) - 1;
      ++high_;
    } else {
      restart(last_ms_ + 1);
    }
  }

  Uuid id() const {
    Uuid out;
    for (std::size_t i = 0; i < 6; ++i) out.bytes[i] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i));
    out.bytes[6] = static_cast<std::uint8_t>(high_ >> 8);
    out.bytes[7] = static_cast<std::uint8_t>(high_);
    for (std::size_t i = 0; i < 8; ++i) out.bytes[8 + i] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
    set_version(out, 7);
    return out;
  }

  std::mutex mutex_;
  RandomSource random_;
  bool started_ = false;
  std::uint64_t last_ms_ = 0;
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

}  // namespace

Result<Uuid> parse_uuid(std::string_view text) {
  const auto bad = [&] {
    return Error{Code::kInvalidArgument, fmt::format("{} is no UUID: expected 8-4-4-4-12 hex digits", shown(text)), {}};
  };
  if (text.size() != kTextBytes) return bad();
  Uuid id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < kTextBytes; ++i) {
    if (dash_at(i)) {
      if (text[i] != '-') return bad();
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return bad();
    std::uint8_t& byte = id.bytes[nibble++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  GOVLOG_ASSERT(nibble == kNibblesMax, "{} digits", nibble);
  return id;
}

void append_uuid(std::string& out, const Uuid& id) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, kTextBytes> text{};
  std::size_t at = 0;
  for (const std::uint8_t byte : id.bytes) {
    if (dash_at(at)) text[at++] = '-';
    text[at++] = kDigits[byte >> 4];
    text[at++] = kDigits[byte & 0x0F];
  }
  out.append(text.data(), text.size());
}

std::string format_uuid(const Uuid& id) {
  std::string out;
  append_uuid(out, id);
  return out;
}

Uuid make_uuid_v7(Timestamp now) {
  static SequenceV7 sequence;  // the order holds for the whole process, so its state does too
  return sequence.next(static_cast<std::uint64_t>(std::max<std::int64_t>(now.micros, 0) / 1000));
}

Uuid make_uuid_v5(const Uuid& space, std::string_view name) {
  std::string text(reinterpret_cast<const char*>(space.bytes.data()), space.bytes.size());
  text += name;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  const int done = EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
  GOVLOG_ASSERT(done == 1, "SHA-1 gave {}", done);
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  set_version(id, 5);
  return id;
}

const Uuid& import_namespace() {
  static const Uuid space = make_uuid_v5(parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value(), "govlog");
  return space;
}

}  // namespace govlog
