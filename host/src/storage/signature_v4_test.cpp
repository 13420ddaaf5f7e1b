#include "storage/signature_v4.hpp"

#include "security/digest.hpp"

#include <gtest/gtest.h>

namespace whatsflow::storage {
namespace {

// The examples of "Signature Calculations for the Authorization Header" in Amazon's S3 reference.
const SigningKey kKey{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1", "s3"};
constexpr std::string_view kDate = "20130524T000000Z";
constexpr const char* kHost = "examplebucket.s3.amazonaws.com";

std::string signature(const UnsignedRequest& request, const SigningKey& key = kKey, std::string_view date = kDate) {
    const auto header = sign(request, key, date);
    return header.substr(header.find("Signature=") + 10);
}

UnsignedRequest get(std::string path, NamedValues query = {}) {
    const auto empty = security::sha256_hex("");
    return {"GET",
            std::move(path),
            std::move(query),
            {{"Host", kHost}, {"x-amz-content-sha256", empty}, {"x-amz-date", std::string(kDate)}},
            empty};
}

TEST(SignatureV4, AnObjectIsRead) {
    auto request = get("/test.txt");
    request.headers.emplace_back("Range", "bytes=0-9");
    EXPECT_EQ(signature(request), "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SignatureV4, AnObjectIsWritten) {
    UnsignedRequest request{
        "PUT", "/" + encode_uri("test$file.text"), {}, {}, security::sha256_hex("Welcome to Amazon S3.")};
    request.headers = {{"Host", kHost},
                       {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                       {"x-amz-date", std::string(kDate)},
                       {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                       {"x-amz-content-sha256", request.payload_sha256}};
    EXPECT_EQ(signature(request), "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(SignatureV4, AQueryNameWithoutAValueIsSigned) {
    EXPECT_EQ(signature(get("/", {{"lifecycle", ""}})),
              "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST(SignatureV4, ObjectsAreListedWhateverTheOrderOfTheQuery) {
    EXPECT_EQ(signature(get("/", {{"prefix", "J"}, {"max-keys", "2"}})),
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// `get-vanilla` of the test suite for Signature Version 4.
TEST(SignatureV4, AnotherServiceSignsTheSameWay) {
    const SigningKey key{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service"};
    const UnsignedRequest request{"GET",
                                  "/",
                                  {},
                                  {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}},
                                  security::sha256_hex("")};
    EXPECT_EQ(sign(request, key, "20150830T123600Z"),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
              "SignedHeaders=host;x-amz-date,"
              "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SignatureV4, DatesAreWrittenAsTheyAreSigned) {
    EXPECT_EQ(to_amz_date(sdk::from_micros(1'369'353'600'000'000)), kDate);
}

}  // namespace
}  // namespace whatsflow::storage
