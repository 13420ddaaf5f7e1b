/// \file
/// Texts of this plugin's locale files, as code asks for them.
///
///     const Words words(host, request.locale);
///     words("staff.created");
///     words("time.minutes_ago", {{"count", "5"}});
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whatsflow::admin {

class Words {
public:
    Words(const sdk::Host& host, std::string locale) : host_(host), locale_(std::move(locale)) {}

    /// The text of `admin.<key>`.
    std::string operator()(std::string_view key) const;
    /// The same with each {name} filled in.
    std::string operator()(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values) const;
    /// The text of `admin.<key>`, or `otherwise` where there is none.
    std::string maybe(std::string_view key, std::string_view otherwise) const;
    /// A text of anybody, by its whole key; the key itself where there is none.
    std::string of(const std::string& key) const { return host_.translate(locale_, key); }
    const std::string& locale() const { return locale_; }

private:
    const sdk::Host& host_;
    std::string locale_;
};

}  // namespace whatsflow::admin
