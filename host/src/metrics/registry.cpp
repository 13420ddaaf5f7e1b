#include "metrics/registry.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <stdexcept>

namespace whatsflow::metrics {

void Counter::add(double amount) const noexcept {
    if (series_ != nullptr) series_->Increment(amount);
}

void Gauge::set(double value) const noexcept {
    if (series_ != nullptr) series_->Set(value);
}

void Gauge::add(double amount) const noexcept {
    if (series_ != nullptr) series_->Increment(amount);
}

void Histogram::observe(double value) const noexcept {
    if (series_ != nullptr) series_->Observe(value);
}

std::vector<double> duration_buckets() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

namespace {

template <class Series>
struct Metric {
    prometheus::Family<Series>* family = nullptr;
    std::map<Labels, Series*> series;
};

}  // namespace

class Registry::Impl {
public:
    explicit Impl(std::size_t most_series) : most_series_(most_series) {}

    template <class Series, class Register, class... Arguments>
    Series* find_or_add(std::map<std::string, Metric<Series>>& metrics, Register register_family,
                        const std::string& name, const std::string& help, const Labels& labels,
                        Arguments&&... arguments) {
        const std::lock_guard lock{mutex_};
        auto& metric = metrics[name];
        if (metric.family == nullptr) {
            if (counters.count(name) + gauges.count(name) + histograms.count(name) > 1) {
                metrics.erase(name);
                throw std::logic_error("the metric " + name + " already exists as another kind");
            }
            metric.family = &register_family().Name(name).Help(help).Register(registry_);
        }
        if (const auto found = metric.series.find(labels); found != metric.series.end()) return found->second;
        if (metric.series.size() >= most_series_) {
            ++refused_;
            return nullptr;
        }
        auto* series = &metric.family->Add(labels, std::forward<Arguments>(arguments)...);
        metric.series.emplace(labels, series);
        return series;
    }

    std::uint64_t observe(Gauge gauge, std::function<double()> value) {
        const std::lock_guard lock{observing_};
        observed_.emplace(++last_observed_, std::pair{gauge, std::move(value)});
        return last_observed_;
    }

    /// Waits for a running callback, as a registration promises.
    void forget(std::uint64_t number) {
        const std::lock_guard lock{observing_};
        observed_.erase(number);
    }

    std::string render() {
        {
            const std::lock_guard lock{observing_};
            for (const auto& [number, observed] : observed_) observed.first.set(observed.second());
        }
        return prometheus::TextSerializer{}.Serialize(registry_.Collect());
    }

    std::uint64_t refused() const {
        const std::lock_guard lock{mutex_};
        return refused_;
    }

    std::map<std::string, Metric<prometheus::Counter>> counters;
    std::map<std::string, Metric<prometheus::Gauge>> gauges;
    std::map<std::string, Metric<prometheus::Histogram>> histograms;

private:
    const std::size_t most_series_;
    mutable std::mutex mutex_;
    std::mutex observing_;
    prometheus::Registry registry_;
    std::uint64_t refused_ = 0;
    std::uint64_t last_observed_ = 0;
    std::map<std::uint64_t, std::pair<Gauge, std::function<double()>>> observed_;
};

Registry::Registry(std::size_t most_series_per_metric) : impl_(std::make_shared<Impl>(most_series_per_metric)) {}

Registry::~Registry() = default;

Counter Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
    return Counter{impl_->find_or_add(impl_->counters, prometheus::BuildCounter, name, help, labels)};
}

Gauge Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    return Gauge{impl_->find_or_add(impl_->gauges, prometheus::BuildGauge, name, help, labels)};
}

Histogram Registry::histogram(const std::string& name, const std::string& help, const Labels& labels,
                              const std::vector<double>& buckets) {
    return Histogram{impl_->find_or_add(impl_->histograms, prometheus::BuildHistogram, name, help, labels, buckets)};
}

sdk::Registration Registry::observed_gauge(const std::string& name, const std::string& help, const Labels& labels,
                                           std::function<double()> value) {
    const auto number = impl_->observe(gauge(name, help, labels), std::move(value));
    return sdk::Registration{[impl = std::weak_ptr{impl_}, number] {
        if (const auto alive = impl.lock()) alive->forget(number);
    }};
}

std::uint64_t Registry::refused_series() const {
    return impl_->refused();
}

std::string Registry::render() const {
    return impl_->render();
}

}  // namespace whatsflow::metrics
