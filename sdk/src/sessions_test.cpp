#include <whatsflow/sdk/sessions.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk {
namespace {

const std::string kToken(43, 'a');

TEST(SessionCookie, OverHttpsIsBoundToTheHostAndNeverSentInTheClear) {
    const auto line = session_cookie(Site::app, Secret{kToken}, true, false);

    EXPECT_EQ(line, "__Host-wf_app=" + kToken + "; Path=/; HttpOnly; SameSite=Lax; Secure");
}

TEST(SessionCookie, EndsWithTheBrowserUnlessItIsToBeRemembered) {
    EXPECT_EQ(session_cookie(Site::app, Secret{kToken}, false, false).find("Max-Age"), std::string::npos);
    EXPECT_NE(session_cookie(Site::app, Secret{kToken}, false, true).find("Max-Age=2592000"), std::string::npos);
}

TEST(SessionCookie, IsAnotherOneForEachSite) {
    EXPECT_NE(session_cookie_name(Site::app, true), session_cookie_name(Site::admin, true));
}

TEST(SessionToken, IsReadOnlyWhenItIsWellFormed) {
    Request request;
    request.site = Site::app;
    EXPECT_FALSE(session_token_of(request));

    request.cookies.add("wf_app", "short");
    EXPECT_FALSE(session_token_of(request));

    Request good;
    good.site = Site::app;
    good.cookies.add("wf_app", kToken);
    EXPECT_EQ(session_token_of(good), kToken);

    good.secure = true;  // the name without the prefix is not believed over HTTPS
    EXPECT_FALSE(session_token_of(good));
}

}  // namespace
}  // namespace whatsflow::sdk
