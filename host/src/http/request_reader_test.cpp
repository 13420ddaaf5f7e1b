// The reader and the writer as functions over bytes.
#include "http/request_reader.hpp"

#include "http/reply_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::http {
namespace {

/// Everything the reader makes of a stream, as text, so that two readings can be compared.
std::string read_all(const std::vector<std::string_view>& pieces, const Limits& limits = {}) {
    RequestReader reader(limits);
    std::string seen;
    for (const auto piece : pieces) {
        reader.append(piece);
        while (true) {
            const auto step = reader.next();
            if (const auto* refusal = std::get_if<Refusal>(&step))
                return seen + "refused " + std::to_string(refusal->status);
            const auto event = std::get<RequestReader::Event>(step);
            if (event == RequestReader::Event::need_more) break;
            if (event == RequestReader::Event::head) {
                reader.accept_body(1000);
                continue;
            }
            const auto request = reader.take_request();
            seen += request.method + " " + request.target + " [" + request.body + "] ";
        }
    }
    return seen;
}

constexpr std::string_view kStream =
    "\r\nPOST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\ndef\r\n2\r\ngh\r\n0\r\nT: v\r\n\r\n"
    "GET /c HTTP/1.1\r\nHost: x\r\n\r\n"
    "GET /d HTTP/1.1\r\nHost : x\r\n\r\n"
    "GET /e HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(RequestReader, ReadsOneRequestAfterTheOtherAndNothingAfterARefusal) {
    EXPECT_EQ(read_all({kStream}), "POST /a [abc] POST /b [defgh] GET /c [] refused 400");
}

TEST(RequestReader, ComesToTheSameVerdictHoweverTheBytesAreCut) {
    const auto whole = read_all({kStream});
    std::vector<std::string_view> single;
    for (std::size_t i = 0; i < kStream.size(); ++i) single.push_back(kStream.substr(i, 1));
    EXPECT_EQ(read_all(single), whole);
    for (std::size_t cut = 1; cut < kStream.size(); ++cut)
        ASSERT_EQ(read_all({kStream.substr(0, cut), kStream.substr(cut)}), whole) << cut;
}

TEST(RequestReader, RefusesAtTheFirstByteThatIsTooMuch) {
    Limits limits;
    limits.request_line = 20;
    limits.head = 60;
    limits.header_count = 2;
    EXPECT_EQ(read_all({"GET /567 HTTP/1.1\r\nHost: x\r\n\r\n"}, limits), "GET /567 [] ");
    EXPECT_EQ(read_all({"GET /56789012345678901"}, limits), "refused 414");
    EXPECT_EQ(read_all({"GET / HTTP/1.1\r\nHost: x\r\nX: 567890123456789012345678901234567"}, limits), "refused 431");
    EXPECT_EQ(read_all({"GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\nB: 2\r\n"}, limits), "refused 431");
}

TEST(RequestReader, NeverReservesWhatIsOnlyAnnounced) {
    const Limits limits;
    RequestReader reader(limits);
    reader.append("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\n");
    ASSERT_EQ(std::get<RequestReader::Event>(reader.next()), RequestReader::Event::head);
    reader.accept_body(16'000'000);
    ASSERT_EQ(std::get<RequestReader::Event>(reader.next()), RequestReader::Event::need_more);
    EXPECT_LT(reader.head().request.body.capacity(), 1000u);
}

TEST(RequestReader, HoldsABodyToTheLimitExactly) {
    const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
    EXPECT_EQ(read_all({head + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'a')}).size(), 1010u);
    EXPECT_EQ(read_all({head + "Content-Length: 1001\r\n\r\n"}), "refused 413");
    const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    const auto half = "1F4\r\n" + std::string(500, 'a') + "\r\n";
    EXPECT_EQ(read_all({chunked + half + half + "0\r\n\r\n"}).size(), 1010u);
    EXPECT_EQ(read_all({chunked + half + half + "1\r\n"}), "refused 413");
    EXPECT_EQ(read_all({chunked + "0\r\nX: " + std::string(9000, 'a')}), "refused 431");
}

TEST(RequestReader, UnderstandsConnectionHeaders) {
    const auto keeps = [](std::string_view version, std::string_view header) {
        const Limits limits;
        RequestReader reader(limits);
        reader.append("GET / " + std::string(version) + "\r\nHost: x\r\n" + std::string(header) + "\r\n");
        EXPECT_EQ(std::get<RequestReader::Event>(reader.next()), RequestReader::Event::head);
        return reader.head().keep_alive;
    };
    EXPECT_TRUE(keeps("HTTP/1.1", ""));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: Close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: TE, close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0", ""));
    EXPECT_TRUE(keeps("HTTP/1.0", "Connection: keep-alive\r\n"));
}

TEST(ReplyHead, WritesFramingItselfAndOnce) {
    WireReply reply;
    reply.headers.add("content-length", "7");
    reply.headers.add("Transfer-Encoding", "chunked");
    reply.headers.add("X-Fine", "yes");
    reply.headers.add("X-Bad", std::string("a\0b", 3));
    reply.headers.add("X Bad", "a");
    reply.body = std::make_shared<const std::string>("body");
    std::string head;
    append_reply_head(head, reply, {.keep_alive = false});
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    EXPECT_THAT(head, ::testing::EndsWith("Content-Length: 4\r\nConnection: close\r\nX-Fine: yes\r\n\r\n"));
    EXPECT_THAT(head, ::testing::Not(::testing::HasSubstr("chunked")));
}

TEST(ReplyHead, SendsNoBodyWhereNoneIsAllowed) {
    WireReply reply;
    reply.body = std::make_shared<const std::string>("body");
    EXPECT_TRUE(sends_body(reply, {}));
    EXPECT_FALSE(sends_body(reply, {.head_only = true}));
    for (const int status : {204, 304}) {
        reply.status = status;
        EXPECT_FALSE(sends_body(reply, {}));
    }
}

}  // namespace
}  // namespace whatsflow::http
