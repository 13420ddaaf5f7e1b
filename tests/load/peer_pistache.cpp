// The smallest server that Pistache allows: no parsing, no checks, one ready reply for each read.
// The yardstick for what our wire, router and cache cost. Usage: peer_pistache PORT FILE [THREADS]
#include <pistache/endpoint.h>
#include <pistache/http.h>
#include <pistache/peer.h>

#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace {

class ReadyReply : public Pistache::Http::Handler {
public:
    HTTP_PROTOTYPE(ReadyReply)

    explicit ReadyReply(const std::string& body)
        : reply_(std::make_shared<const std::string>("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                                                     "Content-Encoding: br\r\nContent-Length: " +
                                                     std::to_string(body.size()) + "\r\n\r\n" + body)),
          parser_(std::make_shared<Pistache::Http::RequestParser>(1)) {}

    // The library asks every peer for a parser when it looks for idle ones.
    void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override { peer->putData(ParserData, parser_); }
    void onInput(const char*, std::size_t, const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
        (void)::send(peer->fd(), reply_->data(), reply_->size(), MSG_NOSIGNAL);
    }
    void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter) override {}

private:
    std::shared_ptr<const std::string> reply_;
    std::shared_ptr<Pistache::Http::RequestParser> parser_;
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) {
        std::fputs("usage: peer_pistache PORT FILE [THREADS]\n", stderr);
        return 2;
    }
    std::ifstream file(arguments[2], std::ios::binary);
    const std::string body{std::istreambuf_iterator<char>(file), {}};
    const auto hours = std::chrono::hours(24);
    Pistache::Http::Endpoint endpoint(
        Pistache::Address("127.0.0.1", Pistache::Port(static_cast<std::uint16_t>(std::atoi(arguments[1])))));
    endpoint.init(Pistache::Http::Endpoint::options()
                      .threads(count > 3 ? std::atoi(arguments[3]) : 2)
                      .flags(Pistache::Tcp::Options::ReuseAddr | Pistache::Tcp::Options::NoDelay)
                      .headerTimeout(hours)
                      .bodyTimeout(hours)
                      .keepaliveTimeout(hours));
    endpoint.setHandler(std::make_shared<ReadyReply>(body));
    endpoint.serve();
}
