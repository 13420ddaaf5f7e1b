// The walk is only worth something if it fails: one fault, one line that names it.
#include "supervised.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace whatsflow::conformance {
namespace {

struct Fault {
    const char* name;
    const char* kind;
    const char* check;  ///< the check that must fail; nothing: none may
};

void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.name;
}

class Misbehaving : public ::testing::TestWithParam<Fault> {};

TEST_P(Misbehaving, IsFoundByTheCheckMadeForIt) {
    const auto& fault = GetParam();
    WalkOptions options;
    options.kind = fault.kind;
    options.stop_deadline = std::chrono::milliseconds(300);
    options.scenario = {{"config", {{"fault", fault.name}}},
                        {"notices",
                         {{{"name", "genuine"},
                           {"body", "genuine"},
                           {"headers", {{"X-Genuine", "yes"}}},
                           {"received_at", 1'773'129'600'000'000}}}}};
    std::string failed;
    walk_supervised(WF_MISBEHAVING_PLUGIN, options, std::chrono::seconds(60), [&](const Finding& finding) {
        if (!finding.passed) failed += finding.check + ": " + finding.sentence + "\n";
    });

    if (fault.check == nullptr)
        EXPECT_EQ(failed, "");
    else
        EXPECT_NE(failed.find(std::string(fault.check) + ": "), std::string::npos) << failed;
}

constexpr const char* kPayment = "payment_provider";
constexpr const char* kSink = "analytics_sink";

INSTANTIATE_TEST_SUITE_P(
    Faults, Misbehaving,
    ::testing::Values(Fault{"nothing_as_provider", kPayment, nullptr}, Fault{"nothing_as_sink", kSink, nullptr},
                      Fault{"refuses_to_start", "", "start"}, Fault{"throws_in_start", "", "start"},
                      Fault{"breaks_promise", "", "start.provides"}, Fault{"leaks_secret", "", "log.secrets"},
                      Fault{"logs_card", "", "log.cards"}, Fault{"leaves_thread", "", "stop.threads"},
                      Fault{"hangs_in_stop", "", "stop.deadline"}, Fault{"throws_in_route", "", "hostile.route"},
                      Fault{"strange_status", "", "hostile.route"}, Fault{"aborts_in_route", "", "alive"},
                      Fault{"exits_in_route", "", "alive"}, Fault{"accepts_forged", kPayment, "payment.notice_forged"},
                      Fault{"accepts_stale", kPayment, "payment.notice_stale"},
                      Fault{"ignores_the_body", kPayment, "payment.notice_changed"},
                      Fault{"forgets_identity", kPayment, "payment.notice_replayed"},
                      Fault{"new_key_each_time", kPayment, "payment.idempotency"},
                      Fault{"plain_http_page", kPayment, "payment.checkout_page"},
                      Fault{"takes_any_currency", kPayment, "payment.currency"},
                      Fault{"throws_in_lookup", kPayment, "payment.broken_world"},
                      Fault{"loses_events", kSink, "analytics.outcome"},
                      Fault{"drops_the_batch", kSink, "analytics.one_bad_event"},
                      Fault{"ignores_retry_after", kSink, "analytics.retry_after"}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace whatsflow::conformance
