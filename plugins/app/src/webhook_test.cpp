// Webhooks as a tenant lives through them: added with a secret shown once, sent signed, tried
// again, switched off after days of failure, replayed.
#include "app_fixture.hpp"
#include "webhook_signature.hpp"

#include <whatsflow/sdk/event.hpp>

namespace whatsflow::app {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using sdk::TenantId;
using sdk::testing::response;

/// As the accounts publish it.
struct SomebodyJoined {
    static constexpr sdk::EventType kType{"accounts.member_joined", 1};
    TenantId tenant;
    std::string user;
    std::string role;
    std::string secret_note;
    static constexpr auto fields() {
        return std::make_tuple(sdk::field("tenant", &SomebodyJoined::tenant), sdk::field("user", &SomebodyJoined::user),
                               sdk::field("role", &SomebodyJoined::role),
                               sdk::field("secret_note", &SomebodyJoined::secret_note));
    }
};

constexpr const char* kHook = "https://hooks.shop.example/in";
const std::string kAdd = "url=https%3A%2F%2Fhooks.shop.example%2Fin&description=Orders&which=all";

class Webhooks : public AppTest {
protected:
    /// Adds an endpoint and returns its page.
    std::string add_endpoint(const std::string& body = kAdd, const sdk::Identity& who = leader()) {
        const auto answer = post("/developers/webhooks", body, who);
        EXPECT_EQ(answer.status(), 200);
        const auto& model = view_of(answer).model;
        secret_ = sdk::Secret{model["block"]["code"].get<std::string>()};
        return model["next_path"].get<std::string>();
    }
    void somebody_joins(const std::string& tenant = "tenant-1") {
        auto envelope =
            sdk::make_envelope(SomebodyJoined{TenantId{tenant}, "user-new", "agent", "not for you"}, TenantId{tenant});
        envelope.id = sdk::make_uuid();
        envelope.occurred_at = host_.clock().now();
        host_.facilities().outbox.add(envelope);
        EXPECT_TRUE(host_.facilities().outbox.deliver(*database_).empty());
    }
    std::vector<sdk::Error> run_jobs() { return host_.facilities().jobs.run_all(); }
    json deliveries(const std::string& endpoint_path) { return view_of(get(endpoint_path)).model["table"]["rows"]; }
    std::string header_of(const sdk::OutgoingRequest& request, std::string_view name) {
        return std::string(request.headers.find(name).value_or(""));
    }

    sdk::Secret secret_;
};

TEST_F(Webhooks, AnEventIsSentSignedWithItsPromisedFields) {
    const auto endpoint = add_endpoint();
    host_.network().answer(kHook, response(204));

    somebody_joins();
    EXPECT_TRUE(run_jobs().empty());

    ASSERT_EQ(host_.network().requests().size(), 1U);
    const auto sent = host_.network().requests().front();
    EXPECT_EQ(sent.url, kHook);
    EXPECT_TRUE(sent.public_only);
    const auto body = json::parse(sent.body);
    EXPECT_EQ(body["type"], "member.joined");
    EXPECT_EQ(body["data"], json({{"user", "user-new"}, {"role", "agent"}})) << "nothing that was not promised";
    const auto timestamp = std::stoll(header_of(sent, "webhook-timestamp"));
    EXPECT_EQ(timestamp, sdk::to_micros(host_.clock().now()) / 1'000'000);
    EXPECT_EQ(header_of(sent, "webhook-signature"),
              webhook_signature(secret_, header_of(sent, "webhook-id"), timestamp, sent.body));
    ASSERT_EQ(deliveries(endpoint).size(), 1U);
    EXPECT_EQ(deliveries(endpoint)[0]["cells"][1]["cell_status"], "good");
}

TEST_F(Webhooks, TheSameEventDeliveredTwiceByTheOutboxIsSentOnce) {
    add_endpoint();
    host_.network().answer_always([](const auto&, const auto&) { return response(200); });
    auto envelope = sdk::make_envelope(SomebodyJoined{TenantId{"tenant-1"}, "u", "agent", ""}, TenantId{"tenant-1"});
    envelope.id = sdk::make_uuid();

    host_.facilities().outbox.add(envelope);
    host_.facilities().outbox.add(envelope);
    EXPECT_TRUE(host_.facilities().outbox.deliver(*database_).empty());
    run_jobs();

    EXPECT_EQ(host_.network().requests().size(), 1U);
}

TEST_F(Webhooks, AnotherTenantHearsNothing) {
    add_endpoint(kAdd, leader("tenant-2"));

    somebody_joins("tenant-1");
    run_jobs();

    EXPECT_TRUE(host_.network().requests().empty());
}

TEST_F(Webhooks, OnlyChosenEventsAreSent) {
    add_endpoint("url=https%3A%2F%2Fhooks.shop.example%2Fin&which=some&event=member.removed");

    somebody_joins();
    run_jobs();

    EXPECT_TRUE(host_.network().requests().empty());
}

TEST_F(Webhooks, AFailureIsTriedAgainLaterAndLater) {
    const auto endpoint = add_endpoint();
    host_.network().answer(kHook, response(500, "out of order"));
    host_.network().fail(kHook, sdk::fail("net.not_sent", "refused"));
    host_.network().answer(kHook, response(200));
    somebody_joins();

    EXPECT_TRUE(run_jobs().empty());
    ASSERT_EQ(host_.facilities().jobs.waiting().size(), 1U);
    EXPECT_EQ(host_.facilities().jobs.waiting().front().run_at, host_.clock().now() + 5s);
    EXPECT_EQ(deliveries(endpoint)[0]["cells"][1]["cell_status"], "warn");
    EXPECT_TRUE(run_jobs().empty());
    EXPECT_EQ(host_.facilities().jobs.waiting().front().run_at, host_.clock().now() + 5min);
    EXPECT_TRUE(run_jobs().empty());

    EXPECT_TRUE(host_.facilities().jobs.waiting().empty());
    EXPECT_EQ(deliveries(endpoint)[0]["cells"][1]["cell_status"], "good");
    EXPECT_EQ(deliveries(endpoint)[0]["cells"][3]["text"], "3");
}

TEST_F(Webhooks, AfterTheLastTryItHasFailedAndCanBeReplayed) {
    const auto endpoint = add_endpoint();
    host_.network().answer_always([](const auto&, const auto&) { return response(503); });
    somebody_joins();
    for (int i = 0; i < 10; ++i) run_jobs();
    ASSERT_TRUE(host_.facilities().jobs.waiting().empty());
    EXPECT_EQ(host_.network().requests().size(), 10U);
    const auto row = deliveries(endpoint)[0];
    EXPECT_EQ(row["cells"][1]["cell_status"], "bad");

    host_.network().answer_always([](const auto&, const auto&) { return response(200); });
    EXPECT_EQ(post(row["cells"][0]["cell_path"].get<std::string>() + "/replay").status(), 303);
    run_jobs();

    EXPECT_EQ(deliveries(endpoint)[0]["cells"][1]["cell_status"], "good");
    const auto requests = host_.network().requests();
    EXPECT_EQ(header_of(requests.front(), "webhook-id"), header_of(requests.back(), "webhook-id"));
}

TEST_F(Webhooks, AnEndpointThatFailsForDaysIsSwitchedOffAndItsOwnersAreTold) {
    const auto endpoint = add_endpoint();
    host_.network().answer_always([](const auto&, const auto&) { return response(500); });
    somebody_joins();
    run_jobs();
    host_.advance(5 * 24h);

    run_jobs();

    EXPECT_EQ(view_of(get(endpoint)).model["list"]["facts"][2]["fact_status"], "idle");
    EXPECT_TRUE(host_.facilities().jobs.waiting().empty());
    ASSERT_EQ(mailer_.sent.size(), 1U);
    EXPECT_EQ(mailer_.sent.front().to.front().address, "owner@shop.example");
    EXPECT_EQ(host_.facilities().audit.entries().back().action, "webhooks.endpoint_disabled");
    somebody_joins();
    EXPECT_TRUE(host_.facilities().jobs.waiting().empty()) << "nothing is sent there any more";
}

TEST_F(Webhooks, ASuccessInBetweenStartsTheDaysAnew) {
    const auto endpoint = add_endpoint();
    host_.network().answer(kHook, response(500));
    host_.network().answer(kHook, response(200));
    host_.network().answer(kHook, response(500));
    somebody_joins();
    run_jobs();
    host_.advance(4 * 24h);
    run_jobs();
    host_.advance(4 * 24h);

    somebody_joins();
    run_jobs();

    EXPECT_EQ(view_of(get(endpoint)).model["list"]["facts"][2]["fact_status"], "good");
}

TEST_F(Webhooks, GoneMeansGone) {
    const auto endpoint = add_endpoint();
    host_.network().answer(kHook, response(410));
    somebody_joins();

    run_jobs();

    EXPECT_EQ(view_of(get(endpoint)).model["list"]["facts"][2]["fact_status"], "idle");
    EXPECT_TRUE(host_.facilities().jobs.waiting().empty());
}

TEST_F(Webhooks, ANewSecretSignsBesideTheOldOneForADay) {
    const auto endpoint = add_endpoint();
    const auto old_secret = secret_;
    const auto rotated = post(endpoint + "/rotate");
    const sdk::Secret new_secret{view_of(rotated).model["block"]["code"].get<std::string>()};
    ASSERT_NE(new_secret, old_secret);
    host_.network().answer_always([](const auto&, const auto&) { return response(200); });

    somebody_joins();
    run_jobs();
    host_.advance(25h);
    somebody_joins();
    run_jobs();

    const auto requests = host_.network().requests();
    const auto sign = [&](const sdk::Secret& secret, const sdk::OutgoingRequest& request) {
        return webhook_signature(secret, header_of(request, "webhook-id"),
                                 std::stoll(header_of(request, "webhook-timestamp")), request.body);
    };
    EXPECT_EQ(header_of(requests[0], "webhook-signature"),
              sign(new_secret, requests[0]) + " " + sign(old_secret, requests[0]));
    EXPECT_EQ(header_of(requests[1], "webhook-signature"), sign(new_secret, requests[1]));
}

TEST_F(Webhooks, TheSecretIsShownOnceAndNeverKeptInTheClear) {
    const auto answer = post("/developers/webhooks", kAdd);
    EXPECT_EQ(answer.headers().find("Cache-Control"), "no-store");
    const auto model = view_of(answer).model;
    const auto page = view_of(get(model["next_path"].get<std::string>())).model.dump();

    EXPECT_EQ(page.find(model["block"]["code"].get<std::string>()), std::string::npos);
}

TEST_F(Webhooks, ATestIsSentThoughTheEndpointIsOffAndIsNotRepeated) {
    const auto endpoint = add_endpoint();
    ASSERT_EQ(post(endpoint + "/disable").status(), 303);
    host_.network().answer(kHook, response(500));

    EXPECT_EQ(post(endpoint + "/test").status(), 303);
    run_jobs();

    ASSERT_EQ(host_.network().requests().size(), 1U);
    EXPECT_EQ(json::parse(host_.network().requests().front().body)["type"], "webhook.test");
    EXPECT_TRUE(host_.facilities().jobs.waiting().empty());
}

TEST_F(Webhooks, WhatIsWrongIsSaidWithTheFormFilledIn) {
    const auto inside = post("/developers/webhooks", "url=https%3A%2F%2F10.0.0.1%2F&description=Mine&which=all");
    EXPECT_EQ(inside.status(), 422);
    EXPECT_EQ(view_of(inside).model["url_field"]["value"], "https://10.0.0.1/");
    EXPECT_EQ(view_of(inside).model["form_errors"]["fields"][0]["id"], "url");

    const auto nothing = post("/developers/webhooks", "url=https%3A%2F%2Fhooks.shop.example&which=some");
    EXPECT_EQ(nothing.status(), 422);
    EXPECT_TRUE(view_of(get("/developers")).model["table"]["rows"].empty());
}

TEST_F(Webhooks, AnEndpointOfAnotherTenantIsNotThere) {
    const auto endpoint = add_endpoint();
    const auto stranger = leader("tenant-2");

    EXPECT_EQ(get(endpoint, stranger).status(), 404);
    for (const char* below : {"", "/disable", "/rotate", "/remove", "/test"})
        EXPECT_EQ(post(endpoint + below, kAdd, stranger).status(), 404) << below;
    EXPECT_EQ(get(endpoint).status(), 200);
}

TEST_F(Webhooks, EveryChangeIsInTheAuditLog) {
    const auto endpoint = add_endpoint();
    for (const char* below : {"/disable", "/enable", "/rotate"}) post(endpoint + below);
    post(endpoint, "url=https%3A%2F%2Fother.shop.example&which=all");
    post(endpoint + "/remove");

    std::vector<std::string> actions;
    for (const auto& entry : host_.facilities().audit.entries()) actions.push_back(entry.action);
    EXPECT_EQ(actions, (std::vector<std::string>{"webhooks.endpoint_created", "webhooks.endpoint_disabled",
                                                 "webhooks.endpoint_enabled", "webhooks.secret_rotated",
                                                 "webhooks.endpoint_changed", "webhooks.endpoint_removed"}));
    EXPECT_EQ(get(endpoint).status(), 404);
}

}  // namespace
}  // namespace whatsflow::app
