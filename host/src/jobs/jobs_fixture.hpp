/// \file
/// Jobs on an empty database, run on the test's thread.
#pragma once

#include "background/durable_fixture.hpp"
#include "jobs/jobs.hpp"

#include <gmock/gmock.h>

namespace whatsflow::jobs::testing {

using background::testing::DurableTest;
using background::testing::no_gate;
using namespace std::chrono_literals;

class JobsFixture : public DurableTest {
protected:
    void SetUp() override {
        DurableTest::SetUp();
        jobs = another();
        shop = jobs->for_plugin("shop", no_gate());
    }
    /// Another host on the same database.
    std::unique_ptr<Jobs> another(Options options = {}) {
        return std::make_unique<Jobs>(*database, clock, log, std::move(options));
    }
    std::string enqueue(sdk::JobRequest request) {
        auto id = shop->enqueue(*database, context, request);
        if (!id) ADD_FAILURE() << id.error().message;
        return id ? *id : "";
    }
    sdk::JobRequest count(std::int64_t n) { return {.kind = "shop.count", .payload = {{"n", n}}}; }
    /// Keeps the numbers it is told, and fails those in `bad`.
    sdk::JobHandler keeper() {
        return [this](sdk::JobRun& run) -> sdk::Result<void> {
            const auto n = run.payload().at("n").get<std::int64_t>();
            if (bad.contains(n)) return sdk::fail("shop.no", "not this one");
            kept.push_back(n);
            return sdk::ok();
        };
    }
    std::string state_of(const std::string& id) { return word("SELECT state FROM core_jobs WHERE id = ?", {id}); }

    std::unique_ptr<Jobs> jobs;
    std::shared_ptr<sdk::Jobs> shop;
    std::vector<std::int64_t> kept;
    std::set<std::int64_t> bad;
};

}  // namespace whatsflow::jobs::testing
