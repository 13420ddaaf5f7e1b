#include "metrics/registry.hpp"
#include "metrics/process_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace whatsflow::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Registry, RendersCountersInPrometheusText) {
    Registry registry;

    registry.counter("wf_requests_total", "Requests answered", {{"site", "app"}}).add();
    registry.counter("wf_requests_total", "Requests answered", {{"site", "app"}}).add(2);

    const auto text = registry.render();
    EXPECT_THAT(text, HasSubstr("# HELP wf_requests_total Requests answered\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE wf_requests_total counter\n"));
    EXPECT_THAT(text, HasSubstr("wf_requests_total{site=\"app\"} 3\n"));
}

TEST(Registry, ALabelCannotForgeALine) {
    Registry registry;

    registry.gauge("wf_x", "X", {{"name", "a\"} 1\nwf_forged 2"}}).set(1);

    EXPECT_THAT(registry.render(), HasSubstr("wf_x{name=\"a\\\"} 1\\nwf_forged 2\"} 1\n"));
}

TEST(Registry, RefusesAndCountsSeriesPastTheLimit) {
    Registry registry{2};

    for (const auto* path : {"/a", "/b", "/c", "/d"}) registry.counter("wf_hits_total", "Hits", {{"path", path}}).add();

    EXPECT_EQ(registry.refused_series(), 2U);
    EXPECT_THAT(registry.render(), HasSubstr("/b"));
    EXPECT_THAT(registry.render(), Not(HasSubstr("/c")));
    registry.counter("wf_hits_total", "Hits", {{"path", "/a"}}).add();
    EXPECT_THAT(registry.render(), HasSubstr("wf_hits_total{path=\"/a\"} 2"));
}

TEST(Registry, AMetricCannotBeTwoThings) {
    Registry registry;
    registry.counter("wf_x", "X");

    EXPECT_THROW(registry.gauge("wf_x", "X"), std::logic_error);
    EXPECT_THROW(registry.counter("not a name", "X"), std::logic_error);
    EXPECT_NO_THROW(registry.counter("wf_x", "X"));
}

TEST(Registry, AHistogramCountsIntoItsBuckets) {
    Registry registry;
    const auto durations = registry.histogram("wf_seconds", "Time", {}, {0.1, 1});

    durations.observe(0.05);
    durations.observe(0.5);
    durations.observe(5);

    const auto text = registry.render();
    EXPECT_THAT(text, HasSubstr("wf_seconds_bucket{le=\"0.1\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("wf_seconds_bucket{le=\"1\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("wf_seconds_bucket{le=\"+Inf\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("wf_seconds_count 3\n"));
}

TEST(Registry, AnObservedGaugeIsAskedAtEachRenderUntilItsRegistrationEnds) {
    Registry registry;
    int asked = 0;
    auto registration = registry.observed_gauge("wf_depth", "Depth", {}, [&] { return ++asked; });

    EXPECT_THAT(registry.render(), HasSubstr("wf_depth 1\n"));
    EXPECT_THAT(registry.render(), HasSubstr("wf_depth 2\n"));
    registration.release();
    static_cast<void>(registry.render());
    EXPECT_EQ(asked, 2);
}

TEST(Registry, ARegistrationMayOutliveIt) {
    sdk::Registration registration;
    {
        Registry registry;
        registration = registry.observed_gauge("wf_depth", "Depth", {}, [] { return 1.0; });
    }
    registration.release();
}

TEST(Registry, CountsFromManyThreads) {
    Registry registry;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 1000; ++n) registry.counter("wf_n_total", "N", {{"k", "v"}}).add();
        });
    }
    for (auto& thread : threads) thread.join();

    EXPECT_THAT(registry.render(), HasSubstr("wf_n_total{k=\"v\"} 4000\n"));
}

TEST(ProcessMetrics, ReadWhatTheKernelKnows) {
    const auto reading = read_process();

    EXPECT_GT(reading.resident_bytes, 1e6);
    EXPECT_GE(reading.open_files, 3);
    EXPECT_GE(reading.threads, 1);
    EXPECT_GT(reading.started_at, 1.5e9);

    Registry registry;
    const auto registrations = measure_process(registry);
    EXPECT_THAT(registry.render(), HasSubstr("process_resident_memory_bytes "));
}

}  // namespace
}  // namespace whatsflow::metrics
