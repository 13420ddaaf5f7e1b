#include <whatsflow/sdk/pages.hpp>
#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gtest/gtest.h>

namespace whatsflow::sdk::testing {
namespace {

class PagesOfCrm : public ::testing::Test {
protected:
    /// The answer of a page that ends with this error.
    Response ended_with(const std::string& code) {
        EXPECT_TRUE(Pages(host_, Site::admin,
                          {.plugin = "crm",
                           .not_found = {"crm.no_contact"},
                           .conflicts = {"crm.changed"},
                           .failed_text = "crm.failed"})
                        .get("/" + code, "crm.read", "A page",
                             [code](const Request&) -> Result<Response> { return fail(code, "What went wrong."); })
                        .done());
        CallOptions options;
        options.site = Site::admin;
        options.identity = a_user("t", {"crm.read"});
        return host_.call(Method::get, "/" + code, options);
    }
    FakeHost host_{"crm"};
};

TEST_F(PagesOfCrm, AnErrorBecomesTheFittingAnswer) {
    EXPECT_EQ(ended_with("crm.too_long").status(), 422);
    EXPECT_EQ(ended_with("crm.no_contact").status(), 404);
    EXPECT_EQ(ended_with("crm.changed").status(), 409);
    EXPECT_EQ(ended_with("http.bad_form").status(), 400);
    EXPECT_EQ(ended_with("database.unavailable").status(), 503);
    EXPECT_EQ(ended_with("database.failed").status(), 500);
    EXPECT_EQ(ended_with("crmx.anything").status(), 500);
}

TEST_F(PagesOfCrm, AFaultIsForTheLogAndNotForThePage) {
    const auto answer = ended_with("database.failed");

    EXPECT_EQ(std::get<std::string>(answer.body()).find("What went wrong."), std::string::npos);
    EXPECT_NE(host_.logged().text().find("What went wrong."), std::string::npos);
}

TEST_F(PagesOfCrm, TheFirstRefusalOfTheHostIsKept) {
    const auto nothing = [](const Request&) -> Result<Response> { return text(""); };

    const auto done = Pages(host_, Site::admin, {.plugin = "crm"})
                          .get("no slash", "crm.read", "A page", nothing)
                          .get("/fine", "crm.read", "A page", nothing)
                          .done();

    EXPECT_FALSE(done);
    EXPECT_EQ(host_.call(Method::get, "/fine").status(), 404);
}

TEST(Texts, NamesAreFilledInOnce) {
    EXPECT_EQ(fill_in("{n} of {all}, {n} left", {{"n", "3"}, {"all", "{n}"}}), "3 of {n}, 3 left");
    EXPECT_EQ(fill_in("{unknown}", {{"n", "3"}}), "{unknown}");
}

}  // namespace
}  // namespace whatsflow::sdk::testing
