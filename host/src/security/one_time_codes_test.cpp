#include "security/one_time_codes.hpp"

#include "security/qr_code.hpp"
#include "security/totp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace whatsflow::security {
namespace {

using sdk::Secret;

const std::string kRfcKey = "12345678901234567890";

sdk::Instant at_second(std::int64_t second) {
    return sdk::from_micros(second * 1'000'000);
}

TEST(Totp, MatchesTheVectorsOfRfc6238) {
    constexpr std::pair<std::int64_t, const char*> kVectors[] = {{59, "94287082"},         {1111111109, "07081804"},
                                                                 {1111111111, "14050471"}, {1234567890, "89005924"},
                                                                 {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (const auto& [second, code] : kVectors) EXPECT_EQ(one_time_code(kRfcKey, second / 30, 8), code) << second;
}

TEST(Totp, MatchesTheVectorsOfRfc4226) {
    constexpr const char* kCodes[] = {"755224", "287082", "359152", "969429", "338314",
                                      "254676", "287922", "162583", "399871", "520489"};
    for (int step = 0; step < 10; ++step) EXPECT_EQ(one_time_code(kRfcKey, step), kCodes[step]);
}

TEST(Base32, MatchesTheVectorsOfRfc4648AndComesBack) {
    constexpr std::pair<const char*, const char*> kVectors[] = {
        {"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"foobar", "MZXW6YTBOI"}};
    for (const auto& [plain, encoded] : kVectors) {
        EXPECT_EQ(to_base32(plain), encoded);
        EXPECT_EQ(from_base32(encoded), plain);
    }
    EXPECT_EQ(from_base32("mzxw 6ytb oi======"), "foobar");
    EXPECT_FALSE(from_base32("MZXW1"));
}

class Codes : public testing::Test {
protected:
    TotpCodes codes{"key of digests"};
    Secret secret{to_base32(kRfcKey)};
};

TEST_F(Codes, OneStepEarlyOrLateIsAllowedAndNoMore) {
    const auto step = [&](std::int64_t second) { return *codes.verify(secret, "287082", at_second(second), 0); };

    EXPECT_EQ(step(59), 1);  // the code of second 30 to 59
    EXPECT_EQ(step(29), 1);
    EXPECT_EQ(step(60), 1);
    EXPECT_EQ(step(89), 1);
    EXPECT_FALSE(step(90));
    EXPECT_EQ(*codes.verify(secret, " 287 082 ", at_second(45), 0), 1);
}

TEST_F(Codes, ACodeWorksOnce) {
    const auto first = *codes.verify(secret, "287082", at_second(45), 0);
    ASSERT_EQ(first, 1);

    EXPECT_FALSE(*codes.verify(secret, "287082", at_second(46), *first));
    EXPECT_FALSE(*codes.verify(secret, "287082", at_second(70), *first));
    EXPECT_EQ(*codes.verify(secret, "359152", at_second(70), *first), 2);
    EXPECT_FALSE(*codes.verify(secret, "287082", at_second(70), 2)) << "nor an older one after a newer one";
}

TEST_F(Codes, AnythingElseIsRefused) {
    for (const auto* code : {"", "28708", "2870820", "287083", "abcdef"})
        EXPECT_FALSE(*codes.verify(secret, code, at_second(45), 0)) << code;
    EXPECT_FALSE(codes.verify(Secret("not base32!"), "287082", at_second(45), 0));
    EXPECT_FALSE(codes.verify(Secret(), "287082", at_second(45), 0));
}

TEST_F(Codes, ASecretIsThirtyTwoCharactersOfBase32) {
    const auto made = *codes.make_secret();

    EXPECT_EQ(made.reveal().size(), 32U);
    EXPECT_EQ(from_base32(made.reveal())->size(), 20U);
    EXPECT_NE(made, *codes.make_secret());
}

TEST_F(Codes, TheAddressForTheAppIsEscaped) {
    EXPECT_EQ(*codes.provisioning_uri(Secret("ABC"), "What's Flow", "ann+x@acme.lk"),
              "otpauth://totp/What%27s%20Flow:ann%2Bx%40acme.lk?secret=ABC&issuer=What%27s%20Flow&algorithm=SHA1&"
              "digits=6&period=30");
}

TEST_F(Codes, TheQrCodeIsBlackOnWhiteWithItsQuietZone) {
    const auto svg = *codes.qr_code_svg("otpauth://totp/x?secret=ABC");

    EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 37 37\""));
    EXPECT_THAT(svg, testing::HasSubstr("fill=\"#fff\" d=\"M0 0h37v37H0z\""));
    EXPECT_THAT(svg, testing::HasSubstr("M4 4h7v1h-7z"));  // the top of the first finder pattern
    EXPECT_FALSE(codes.qr_code_svg(std::string(5000, 'x')));
    EXPECT_FALSE(codes.qr_code_svg(""));
}

TEST_F(Codes, RecoveryCodesAreTenAndEasyToRead) {
    const auto made = *codes.make_recovery_codes();

    EXPECT_EQ(std::set<std::string>(made.begin(), made.end()).size(), 10U);
    for (const auto& code : made) EXPECT_THAT(code, testing::MatchesRegex("[2-9a-z]{4}-[2-9a-z]{4}"));
}

TEST_F(Codes, ADigestForgivesHowARecoveryCodeIsTypedAndNothingElse) {
    EXPECT_EQ(*codes.digest("7k2m-9xqp"), *codes.digest(" 7K2M 9XQP"));
    EXPECT_NE(*codes.digest("7k2m-9xqp"), *codes.digest("7k2m-9xqr"));
    EXPECT_NE(*codes.digest("Some-Long_Token"), *codes.digest("some-long_token"));
    EXPECT_NE(*codes.digest("7k2m-9xqp"), *TotpCodes("another key").digest("7k2m-9xqp"));
}

}  // namespace
}  // namespace whatsflow::security
