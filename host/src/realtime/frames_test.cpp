// RFC 6455 frames: what is taken, what is refused, and with which code.
#include "realtime/frames.hpp"

#include "realtime/client_frames.hpp"

#include <gtest/gtest.h>

namespace whatsflow::realtime::testing {
namespace {

struct Frames : ::testing::Test {
    FrameReader reader{1024};

    std::variant<NeedMore, Incoming, Violation> read(std::string_view bytes) {
        reader.append(bytes);
        return reader.next();
    }
    std::uint16_t violation(std::string_view bytes) {
        FrameReader fresh{1024};
        fresh.append(bytes);
        const auto result = fresh.next();
        const auto* found = std::get_if<Violation>(&result);
        return found ? found->code : std::uint16_t{0};
    }
};

TEST_F(Frames, AMessageIsUnmasked) {
    const auto result = read(client_frame(Opcode::text, "hello"));

    ASSERT_TRUE(std::holds_alternative<Incoming>(result));
    EXPECT_EQ(std::get<Incoming>(result).payload, "hello");
}

TEST_F(Frames, AMessageMayComeByteByByte) {
    const auto bytes = client_frame(Opcode::text, std::string(300, 'x'));
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i)
        ASSERT_TRUE(std::holds_alternative<NeedMore>(read(bytes.substr(i, 1))));

    const auto result = read(bytes.substr(bytes.size() - 1));

    EXPECT_EQ(std::get<Incoming>(result).payload, std::string(300, 'x'));
}

TEST_F(Frames, FragmentsMakeOneMessageAndAPingMayComeBetweenThem) {
    reader.append(client_frame(Opcode::text, "one ", false));
    reader.append(client_frame(Opcode::ping, "p"));
    reader.append(client_frame(Opcode::continuation, "two"));

    const auto ping = reader.next();
    const auto message = reader.next();

    EXPECT_EQ(std::get<Incoming>(ping).opcode, Opcode::ping);
    EXPECT_EQ(std::get<Incoming>(message).opcode, Opcode::text);
    EXPECT_EQ(std::get<Incoming>(message).payload, "one two");
}

TEST_F(Frames, ACharacterMayBeCutByAFragment) {
    reader.append(client_frame(Opcode::text, "\xe0\xb6", false));
    reader.append(client_frame(Opcode::continuation, "\x9a"));

    EXPECT_EQ(std::get<Incoming>(reader.next()).payload, "\xe0\xb6\x9a");
}

TEST_F(Frames, WhatTheStandardForbidsClosesWith1002) {
    EXPECT_EQ(violation(*make_frame(Opcode::text, "not masked")), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(Opcode::continuation, "x")), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(static_cast<Opcode>(3), "x")), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(static_cast<Opcode>(11), "x")), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(Opcode::ping, std::string(126, 'x'))), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(Opcode::ping, "x", false)), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(Opcode::close, "x")), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(Opcode::close, std::string("\x03\xed", 2))), close_code::kProtocol);  // 1005
    EXPECT_EQ(violation(std::string("\x81\xfe\x00\x05", 4) + std::string(9, '\0')), close_code::kProtocol);
    EXPECT_EQ(violation(client_frame(Opcode::text, "a", false) + client_frame(Opcode::text, "b")),
              close_code::kProtocol);
    auto reserved = client_frame(Opcode::text, "x");
    reserved[0] = static_cast<char>(reserved[0] | 0x40);
    EXPECT_EQ(violation(reserved), close_code::kProtocol);
}

TEST_F(Frames, ATooLongMessageIsRefusedByItsHeadAlone) {
    EXPECT_EQ(violation(client_frame(Opcode::text, std::string(1025, 'x')).substr(0, 8)), close_code::kTooBig);
    EXPECT_EQ(violation(std::string("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10) + "mask"), close_code::kTooBig);
    EXPECT_EQ(violation(client_frame(Opcode::text, std::string(600, 'x'), false) +
                        client_frame(Opcode::continuation, std::string(600, 'x'))),
              close_code::kTooBig);
}

TEST_F(Frames, TextThatIsNotUtf8ClosesWith1007) {
    EXPECT_EQ(violation(client_frame(Opcode::text, "\xff")), close_code::kNotText);
    EXPECT_EQ(violation(client_frame(Opcode::text, "\xc0\xaf")), close_code::kNotText);
    EXPECT_EQ(violation(client_frame(Opcode::text, "\xed\xa0\x80")), close_code::kNotText);
    EXPECT_EQ(violation(client_frame(Opcode::text, "\xf4\x90\x80\x80")), close_code::kNotText);
    EXPECT_EQ(violation(client_frame(Opcode::text, "\xe0\xb6")), close_code::kNotText);
    EXPECT_EQ(violation(client_frame(Opcode::close, "\x03\xe8\xff")), close_code::kNotText);
    EXPECT_EQ(violation(client_frame(Opcode::text, "\xf0\x9f\x99\x82 \xe0\xb6\x9a")), 0);
    EXPECT_EQ(violation(client_frame(Opcode::binary, "\xff")), 0);
}

TEST_F(Frames, LengthsAreSpeltAsShortAsTheyCanBe) {
    EXPECT_EQ(make_frame(Opcode::text, std::string(125, 'x'))->size(), 127u);
    EXPECT_EQ(make_frame(Opcode::text, std::string(126, 'x'))->size(), 130u);
    EXPECT_EQ(make_frame(Opcode::text, std::string(65536, 'x'))->size(), 65546u);
    EXPECT_EQ(code_of_close(make_close(1013, "later")->substr(2)), 1013);
}

}  // namespace
}  // namespace whatsflow::realtime::testing
