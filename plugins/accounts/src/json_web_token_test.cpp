// Signatures of identity tokens, with keys made for this test and used nowhere else.
#include "json_web_token.hpp"

#include <gtest/gtest.h>

namespace whatsflow::accounts {
namespace {

using nlohmann::json;

constexpr const char* kRsaKey =
    R"({"kty":"RSA","n":"0nG9hXVdL87wptnsgLLwyy0Z1Uz0OhDBOuwfe5iggURbPdVaWMcOYxgnq5hmkJr8CsVx-SFLnxZF7l)"
    R"(m_psZ_2lCRTmw_JFQlXfubeG7jISsMIMtOjoCAMwp8KO1dJUkxrVLf5YE7-tl4Y3mRzsg4Wr_ldv0YWCuM-6kVDhL6dk0DUX)"
    R"(7XJCmYjbCjUkxni5tOUt01XTqG7eR6Yga0rd9_U0RA6Jtr_WRM87DMwwjjW5ySoDoE8cujluyN7Ic1moF4upVfrCsmfHUSTd)"
    R"(nET378mpUMXfJuS-gKWHTVhH-QAJI9HWOxxcbzw9yl8xHpzUMq-QSXAd81lxTCHP_8vgU3aQ","e":"AQAB","kid":"rs25)"
    R"(6","use":"sig","alg":"RS256"})";
constexpr const char* kRsaToken =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzMjU2In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiI0MiIsImF1"
    "ZCI6IndoYXRzZmxvdyIsImV4cCI6MTc5MDAwMDYwMCwiaWF0IjoxNzkwMDAwMDAwLCJub25jZSI6Im4iLCJlbWFpbCI6ImFt"
    "YXJhQGxvdHVzLmV4YW1wbGUiLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZSwibmFtZSI6IkFtYXJhIn0.O99GvToiKkyhF2DFhjT_"
    "GUsW6NooW4WJnBzR6IqP-5wk3756neiZCdCZJEIsn5Iasbh9Qvly-LSLBDaCHNo4RqkB_PVpRCyvyYd_FItqNCTfcyjGr6KV"
    "JMck3Akmtj6_fL0dQwOPyN8nW95VC9wgyq_xgjDGUS5SjjHujWgX-vI5fmxIW3RXr0x5FzE1gWqNBhBffbhUw3ijI2Qg7Rjg"
    "jGJ57nVf9v6W1eLlXQnXCclPteiEvvpOmxgZC6iWxmQrrWHOGqsTHs-97fYTCF2nCHvMDYhYwlnrqPaagUKT8yKc3XFYnu_f"
    "q6j6xAPa_Ci1z0uA5RQfEknAiGbZ-heJ1w";
constexpr const char* kEcKey =
    R"({"kty":"EC","x":"Cp2q4P9k96qeNM_53QoKqFQFqvRlMccxtl9Kj8bN2_U","y":"gmePdVy3Q2Nu6bKc9olFBnO5v8oxO)"
    R"(NPT_aQq86V_CMg","crv":"P-256","kid":"es256","use":"sig","alg":"ES256"})";
constexpr const char* kEcToken =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzMjU2In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiI0MiIsImF1"
    "ZCI6IndoYXRzZmxvdyIsImV4cCI6MTc5MDAwMDYwMCwiaWF0IjoxNzkwMDAwMDAwLCJub25jZSI6Im4iLCJlbWFpbCI6ImFt"
    "YXJhQGxvdHVzLmV4YW1wbGUiLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZSwibmFtZSI6IkFtYXJhIn0.dldehDATHxgYuE8VPr29"
    "Dk1TlnA88jDgJumZ3Zn2upH4cJe85UOkOi4Cvln5pNxrAY5AVHsXHA_k2tMi5TYT2Q";

json keys(std::initializer_list<const char*> list) {
    json set{{"keys", json::array()}};
    for (const auto* each : list) set["keys"].push_back(json::parse(each));
    return set;
}

TEST(IdentityToken, IsProvenByTheProvidersKey) {
    const auto set = keys({kRsaKey, kEcKey});
    for (const auto* token : {kRsaToken, kEcToken}) {
        const auto claims = verified_claims(token, set);
        ASSERT_TRUE(claims) << claims.error().message;
        EXPECT_EQ((*claims)["sub"], "42");
    }
}

TEST(IdentityToken, IsRefusedWhenAnyPartWasChanged) {
    const auto set = keys({kRsaKey, kEcKey});
    for (const std::string token : {kRsaToken, kEcToken}) {
        for (std::size_t at = 0; at < token.size(); at += 37) {
            auto changed = token;
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            if (changed == token) continue;
            EXPECT_FALSE(verified_claims(changed, set)) << at;
        }
    }
}

TEST(IdentityToken, WithoutASignatureProvesNothing) {
    const std::string token = kRsaToken;
    const auto body = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
    for (const auto* header : {R"({"alg":"none"})", R"({"alg":"HS256","kid":"rs256"})",
                               R"({"alg":"ES256","kid":"rs256"})", R"({"alg":"RS256","crit":["exp"]})"})
        EXPECT_FALSE(verified_claims(base64url(header) + body + ".", keys({kRsaKey, kEcKey}))) << header;
    EXPECT_FALSE(verified_claims("", keys({kRsaKey})));
    EXPECT_FALSE(verified_claims("a.b", keys({kRsaKey})));
    EXPECT_FALSE(verified_claims("a.b.c.d", keys({kRsaKey})));
}

TEST(IdentityToken, OfAKeyThatIsNotPublishedAsksForTheKeysAgain) {
    EXPECT_EQ(verified_claims(kRsaToken, keys({kEcKey})).error().code, "openid.unknown_key");
    EXPECT_EQ(verified_claims(kRsaToken, json::object()).error().code, "openid.unknown_key");
}

TEST(Base64Url, GoesThereAndBack) {
    for (const std::string text : {"", "f", "fo", "foo", "foob", "\xff\xfe\x01"})
        EXPECT_EQ(from_base64url(base64url(text)), text);
    EXPECT_EQ(base64url("foob"), "Zm9vYg");
    EXPECT_FALSE(from_base64url("Zm9v+g"));
    EXPECT_FALSE(from_base64url("Zm9vYh"));  // bits that belong to no byte
}

TEST(CodeChallenge, IsThatOfTheStandard) {
    // RFC 7636, appendix B.
    EXPECT_EQ(code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace
}  // namespace whatsflow::accounts
