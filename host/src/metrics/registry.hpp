/// \file
/// What the process counts and measures, and its text for Prometheus.
///
/// A handle is fetched once and then costs an atomic addition. A metric has at most so many
/// series: past that, a new combination of labels is counted as refused and its handle does
/// nothing, so that labels made from what people send cannot eat the memory.
///
///     const auto requests = registry.counter("wf_http_requests_total", "Requests answered", {{"site", "app"}});
///     requests.add();
#pragma once

#include <whatsflow/sdk/registration.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace whatsflow::metrics {

using Labels = std::map<std::string, std::string>;

/// [thread-safe] As are the other handles. Valid as long as the registry. Copies count together.
class Counter {
public:
    Counter() = default;
    explicit Counter(prometheus::Counter* series) : series_(series) {}
    void add(double amount = 1) const noexcept;  ///< negative amounts are ignored

private:
    prometheus::Counter* series_ = nullptr;
};

class Gauge {
public:
    Gauge() = default;
    explicit Gauge(prometheus::Gauge* series) : series_(series) {}
    void set(double value) const noexcept;
    void add(double amount) const noexcept;

private:
    prometheus::Gauge* series_ = nullptr;
};

class Histogram {
public:
    Histogram() = default;
    explicit Histogram(prometheus::Histogram* series) : series_(series) {}
    void observe(double value) const noexcept;

private:
    prometheus::Histogram* series_ = nullptr;
};

/// Upper bounds in seconds, from 0.5 ms to 10 s: for requests, queries and outgoing calls.
std::vector<double> duration_buckets();

/// [thread-safe]
class Registry {
public:
    explicit Registry(std::size_t most_series_per_metric = 1000);
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// The series with these labels, made on the first call. Throws std::logic_error when the
    /// name is not a Prometheus name or already is a metric of another kind.
    Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    /// The buckets of the first call hold for every series of the metric.
    Histogram histogram(const std::string& name, const std::string& help, const Labels& labels = {},
                        const std::vector<double>& buckets = duration_buckets());

    /// A gauge that is asked for its value at each `render`. The callback must be quick and
    /// must not use this registry.
    sdk::Registration observed_gauge(const std::string& name, const std::string& help, const Labels& labels,
                                     std::function<double()> value);

    /// Combinations of labels that were refused because a metric had too many.
    std::uint64_t refused_series() const;

    /// Text format 0.0.4: send it as `text/plain; version=0.0.4`.
    std::string render() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace whatsflow::metrics
