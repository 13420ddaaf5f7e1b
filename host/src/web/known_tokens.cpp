#include "web/known_tokens.hpp"

#include "security/digest.hpp"

namespace whatsflow::web {
namespace {

/// Of everything that may say who it is; empty when there is nothing.
std::string digest_of_credentials(const sdk::Headers& headers) {
    std::string all;
    for (const std::string_view name : {"authorization", "x-api-key", "cookie"}) {
        const auto value = headers.find(name);
        all += value ? "+" + std::to_string(value->size()) + ":" : "-";
        if (value) all += *value;
    }
    return all == "---" ? std::string{} : security::sha256(all);
}

}  // namespace

bool KnownTokens::remembers(const sdk::Route& route) noexcept {
    return route.site == sdk::Site::api && route.execution == sdk::Execution::loop && route.csrf == sdk::Csrf::exempt &&
           route.permission.text() != "public" && route.permission.text() != "loopback";
}

std::shared_ptr<const sdk::Identity> KnownTokens::find(const sdk::Headers& headers) const {
    const auto digest = digest_of_credentials(headers);
    if (digest.empty()) return nullptr;
    const auto now = now_();
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(digest);
    return found == known_.end() || found->second.until <= now ? nullptr : found->second.identity;
}

void KnownTokens::remember(const sdk::Headers& headers, sdk::Identity identity) {
    auto digest = digest_of_credentials(headers);
    if (digest.empty()) return;
    const auto now = now_();
    auto kept = std::make_shared<const sdk::Identity>(std::move(identity));
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMost) std::erase_if(known_, [&](const auto& each) { return each.second.until <= now; });
    if (known_.size() < kMost) known_.insert_or_assign(std::move(digest), Known{std::move(kept), now + kRemembered});
}

}  // namespace whatsflow::web
