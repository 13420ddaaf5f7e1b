#include "token_uses.hpp"

#include <whatsflow/sdk/token_use.hpp>

#include <algorithm>

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

std::string filled(std::string text, std::string_view name, const std::string& value) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
        text.replace(at, name.size(), value);
    return text;
}

}  // namespace

json token_uses(const Office& office, const sdk::Request& request, const std::vector<std::string>& scopes,
                const MadeToken& made) {
    auto& host = office.host();
    auto uses = json::array();
    for (const auto& contribution : host.contributions(sdk::TokenUse::kSlot, sdk::Site::api)) {
        const auto use = sdk::TokenUse::from(contribution);
        if (std::ranges::find(scopes, use.scope) == scopes.end()) continue;
        auto code = filled(use.code, "{api}", host.site_url(sdk::Site::api));
        code = filled(filled(std::move(code), "{token}", made.token), "{id}", made.id);
        uses.push_back({{"code_label", host.translate(request.locale, use.title)}, {"code", std::move(code)}});
    }
    return uses;
}

}  // namespace whatsflow::accounts
