#include "security/digest.hpp"
#include "security/random.hpp"

#include <gtest/gtest.h>

namespace whatsflow::security {
namespace {

TEST(Digest, Sha256MatchesThePublishedVector) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, HmacMatchesRfc4231) {
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, ComparisonSeesEveryByteAndTheLength) {
    EXPECT_TRUE(equal_in_constant_time("same", "same"));
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_FALSE(equal_in_constant_time("same", "sama"));
    EXPECT_FALSE(equal_in_constant_time("same", "samee"));
}

TEST(Digest, Base64urlComesBackAndBadTextIsRefused) {
    const std::string bytes("\x00\xff\xfe ok", 6);

    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    EXPECT_EQ(from_base64url(""), "");
    EXPECT_FALSE(from_base64url("a"));
    EXPECT_FALSE(from_base64url("ab+/"));
    EXPECT_FALSE(from_base64url("abcd="));
}

TEST(Random, BytesHaveTheAskedLengthAndDiffer) {
    EXPECT_EQ(random_bytes(32).size(), 32u);
    EXPECT_NE(random_bytes(32), random_bytes(32));
    EXPECT_TRUE(random_bytes(0).empty());
}

}  // namespace
}  // namespace whatsflow::security
