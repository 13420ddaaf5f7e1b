/// \file
/// A page of numbers: figures, charts and tables, and the same as CSV or PDF.
///
///     Report report(office, request, "web", scope);
///     report.figure("visitors", "1,234", "estimated ±1.6 %", change);
///     report.chart("by_day", {"visitors", "views"}, points);
///     report.table("page", {"page", "#views"}, rows);
///     return report.page();
#pragma once

#include "event_walk.hpp"

#include <whatsflow/sdk/documents.hpp>

namespace whatsflow::analytics::pages {

struct ChartPoint {
    std::int64_t at = 0;
    std::vector<std::int64_t> values;
};

class Report {
public:
    /// `tab` is the page: its texts lie below `analytics.pages.<tab>`.
    Report(const AnalyticsOffice& office, const sdk::Request& request, std::string tab, Scope scope);

    /// `method` says how the number was come by; `change` against the time before, if there is one.
    Report& figure(std::string_view label, std::string value, std::string method,
                   std::optional<std::pair<std::int64_t, std::int64_t>> now_and_before = std::nullopt);
    /// Points lie at the beginning of days; days without one are drawn as zero.
    Report& chart(std::string_view title, const std::vector<std::string>& series,
                  const std::vector<ChartPoint>& points);
    /// A column that begins with `#` holds numbers. With a dimension of kNarrowing, whose values stand in the first
    /// column, each leads to the same page of that value alone.
    Report& table(std::string_view title, const std::vector<std::string>& columns,
                  std::vector<std::vector<std::string>> rows, std::string_view narrows_by = {});
    /// A line above the numbers: what they mean, or what is wrong with them.
    Report& note(std::string text, bool is_warning = false);
    /// Says it when the numbers are of the first events only, or of a sample of the visitors; `counts_as_seen`
    /// when they are shown as they were counted among the sample.
    Report& from(const Walked& walked, bool counts_as_seen = false);
    /// Further fields of the form above the page.
    Report& choice(const std::string& name, const std::vector<std::string>& values, const std::string& chosen);
    /// A button above the page that sends a form.
    Report& action(std::string label, std::string path, const char* icon);
    /// A link above the page.
    Report& link(std::string label, std::string path, const char* icon);
    Report& without_sites();
    /// A segment can be chosen where sites cannot.
    Report& with_segments();
    /// A page of its own, without the others beside it.
    Report& alone(std::string path);

    /// The page, or all it shows as CSV or PDF when `format=csv` or `format=pdf` was asked for.
    sdk::Response page();

private:
    std::string say(std::string_view key) const;
    /// The days, and whose they are.
    std::string period() const;
    std::string csv() const;
    sdk::Document document() const;
    sdk::Response pdf() const;
    /// The same page in another form.
    std::string export_path(const char* format) const;
    void add_marks();
    /// What this member of staff keeps of the page under names of their own: days, site, segment, steps.
    void add_views(nlohmann::json& model) const;
    nlohmann::json filters() const;

    const AnalyticsOffice& office_;
    const sdk::Request& request_;
    const std::string tab_;
    const Scope scope_;
    bool with_sites_ = true, with_segments_ = true, with_tabs_ = true;
    std::string path_;
    nlohmann::json figures_ = nlohmann::json::array(), charts_ = nlohmann::json::array(),
                   tables_ = nlohmann::json::array(), notes_ = nlohmann::json::array(),
                   choices_ = nlohmann::json::array(), actions_ = nlohmann::json::array(),
                   marks_ = nlohmann::json::array();
};

/// Pages, in the order of their tabs.
inline constexpr const char* kTabs[] = {"overview",    "web",     "live",   "growth",    "revenue",
                                        "churn",       "funnels", "paths",  "retention", "features",
                                        "experiments", "support", "health", "setup"};
std::string path_of(std::string_view tab);
/// What the theme's tabs read; `kept` is a query that goes along, or empty.
nlohmann::json tabs_of(const AnalyticsOffice& office, const sdk::Request& request, std::string_view current,
                       const std::string& kept);

}  // namespace whatsflow::analytics::pages
