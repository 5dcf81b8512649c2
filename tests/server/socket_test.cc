// The socket of a store, and what may come over it.

#include "base/descriptor.h"
#include "server/protocol.h"
#include "server/relay_answer.h"
#include "tests/server/sharing.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <thread>

namespace govlog {

namespace {

sockaddr_un address_of(const std::filesystem::path& directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (directory / "sock").string();
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

/// Takes connections, and says nothing.
class Listener {
 public:
  explicit Listener(const std::filesystem::path& directory) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = address_of(directory);
    REQUIRE(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket_.number(), 8) == 0);
  }

  Descriptor accept() const { return Descriptor(::accept(socket_.number(), nullptr, nullptr)); }

 private:
  Descriptor socket_;
};

/// One request as it came, read to its end.
RelayRequest read_request(int peer) {
  std::string bytes;
  std::size_t head = std::string::npos;
  std::size_t whole = std::string::npos;
  char block[4096];
  while (bytes.size() < whole) {
    const ssize_t count = ::read(peer, block, sizeof block);
    REQUIRE(count > 0);
    bytes.append(block, static_cast<std::size_t>(count));
    head = bytes.find("\r\n\r\n");
    const std::size_t length = bytes.find("Content-Length: ");
    if (head != std::string::npos && length < head) whole = head + 4 + std::stoul(bytes.substr(length + 16));
  }
  const std::size_t target = bytes.find(' ') + 1;
  return {.target = bytes.substr(target, bytes.find(' ', target) - target),
          .body = bytes.substr(head + 4),
          .post = bytes.starts_with("POST"),
          .protocol = {},
          .program = {},
          .options = {}};
}

/// What the owner answers to these bytes; empty where it hangs up.
std::string say(const std::filesystem::path& directory, std::string_view bytes) {
  const sockaddr_un address = address_of(directory);
  const Descriptor peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(peer.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::write(peer.number(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  std::string out;
  char block[4096];
  for (ssize_t count = 0; (count = ::read(peer.number(), block, sizeof block)) > 0;)
    out.append(block, static_cast<std::size_t>(count));
  return out;
}

}  // namespace

TEST_SUITE("socket") {
  TEST_CASE("a socket that a dead owner left is no obstacle, and ours is for us alone") {
    const Directory directory;
    REQUIRE(create(*shared(directory.store()), "CR-1").ok());
    { std::ofstream(directory.store() / "sock") << "left behind"; }
    const auto store = shared(directory.store());
    CHECK(create(*store, "CR-2").ok());
    struct stat info {};
    REQUIRE(::stat((directory.store() / "sock").c_str(), &info) == 0);
    CHECK(S_ISSOCK(info.st_mode));
    CHECK((info.st_mode & 0777) == 0600);
    CHECK(last_position(*shared(directory.store())) == 2);
  }

  TEST_CASE("a write that its owner kept, and died before it said so, is there once, and no duplicate to who asked once") {
    const Directory directory;
    REQUIRE(create(*shared(directory.store()), "CR-1").ok());
    auto dying = Store::open_for_writing({.directory = directory.store()});
    REQUIRE(dying.ok());
    const Listener listener(directory.store());
    std::thread owner([&] {
      const Descriptor peer = listener.accept();
      const RelayReply reply = answer_relay(**dying, read_request(peer.number()));
      CHECK(reply.status == 200);
      std::filesystem::remove(directory.store() / "sock");
      dying.value().reset();
    });
    const auto store = shared(directory.store());
    const auto receipts = create(*store, "CR-2");
    owner.join();
    REQUIRE(receipts.ok());
    CHECK(receipts->front().position == 2);
    CHECK_FALSE(receipts->front().duplicate);
    CHECK(last_position(*store) == 2);
  }

  TEST_CASE("a socket that somebody removes is made again") {
    const Directory directory;
    const auto owner = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    std::filesystem::remove(directory.store() / "sock");
    CHECK(create(*shared(directory.store()), "CR-2")->front().position == 2);
  }

  TEST_CASE("the socket of a store with a long path is found") {
    const Directory directory;
    const std::filesystem::path deep = directory.path() / std::string(100, 'a') / std::string(100, 'b');
    std::filesystem::create_directories(deep);
    const auto owner = shared(deep / "store");
    const auto other = shared(deep / "store");
    CHECK(create(*owner, "CR-1").ok());
    CHECK(create(*other, "CR-2")->front().position == 2);
    CHECK(std::filesystem::exists(deep / "store" / "sock"));
  }

  TEST_CASE("two versions that cannot talk say so, both named") {
    const Directory directory;
    const auto owner = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    const std::string answer = say(directory.store(),
                                   "GET /v1/read/stats HTTP/1.1\r\nHost: govlog\r\nUser-Agent: govlog/9.9.9\r\n"
                                   "Govlog-Protocol: 99\r\nConnection: close\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 503"));
    CHECK(answer.find(R"("code":"locked")") != std::string::npos);
    CHECK(answer.find(program_name()) != std::string::npos);
    CHECK(answer.find("govlog/9.9.9") != std::string::npos);
  }

  TEST_CASE("rubbish on the socket is cut off, and others are served meanwhile") {
    const Directory directory;
    const auto owner = shared(directory.store());
    const auto other = shared(directory.store());
    REQUIRE(create(*owner, "CR-1").ok());
    CHECK(say(directory.store(), std::string(20'000, 'x') + "\r\n\r\n").empty());
    CHECK(say(directory.store(), std::string("\0\1\2\3 HTTP\r\n\r\n", 14)).empty());
    CHECK(
        say(directory.store(), "GET /v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 404"));
    CHECK(
        say(directory.store(), "GET /v1/append HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 400"));
    CHECK(say(directory.store(), "GET /v1/read/stats?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
              .starts_with("HTTP/1.1 400"));
    CHECK(create(*other, "CR-2").ok());
  }

  TEST_CASE("an owner that does not answer is told of, and a write that it may have kept names its id") {
    const Directory directory;
    REQUIRE(create(*shared(directory.store()), "CR-1").ok());
    const auto stuck = Store::open_for_writing({.directory = directory.store()});
    REQUIRE(stuck.ok());
    const std::string id = "0198a000-0000-7000-8000-000000000001";
    const Error unsent = create(*shared(directory.store()), "CR-2", id).error();  // nobody listens
    CHECK(unsent.code == Code::kLocked);
    CHECK(unsent.message.find("unknown") == std::string::npos);
    const Listener silent(directory.store());
    SharedStoreOptions options;
    options.store.directory = directory.store();
    options.answer_patience = std::chrono::milliseconds(200);
    SharedStore store(options);
    const Error sent = create(store, "CR-2", id).error();
    CHECK(sent.code == Code::kLocked);
    CHECK(sent.message.find(id) != std::string::npos);
    CHECK(store.read(*find_operation("stats"), {}).answer.error().message.find("unknown") == std::string::npos);
  }
}

}  // namespace govlog
