/// \file
/// Which kinds of notifications a person also gets by mail.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace whatsflow::app {

inline constexpr std::array<std::string_view, 5> kNoticeCategories{"security", "billing", "usage", "team", "product"};

class NoticePreferences {
public:
    using Chosen = std::map<std::string, bool>;  ///< category → by mail

    explicit NoticePreferences(sdk::Host& host) : host_(host) {}

    /// All categories, with what the person chose or else the default.
    sdk::Result<Chosen> of(const sdk::CallContext& context, const std::string& user);
    sdk::Result<void> change(const sdk::Request& request, const Chosen& chosen);

    /// What cannot wait until somebody looks comes by mail unless they say no.
    static bool by_mail_at_first(std::string_view category);

private:
    sdk::Host& host_;
};

}  // namespace whatsflow::app
