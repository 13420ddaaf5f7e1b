#include "notice_fields.hpp"

#include <algorithm>
#include <set>

namespace whatsflow::payhere {
namespace {

constexpr std::size_t kLargestForm = 64 * 1024;
constexpr std::size_t kMostFields = 100;

sdk::Error refuse_form(const char* why) {
    return sdk::fail("payment.notice_refused", std::string("The notice ") + why);
}

}  // namespace

sdk::Result<sdk::Fields> read_notice_form(std::string_view body) {
    if (body.size() > kLargestForm) return refuse_form("is larger than any of PayHere's.");
    sdk::Fields fields;
    std::set<std::string> seen;
    while (!body.empty()) {
        const auto part = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(body.size(), part.size() + 1));
        if (part.empty()) continue;
        const auto equals = part.find('=');
        auto name = sdk::decode_url(part.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : sdk::decode_url(part.substr(equals + 1), true);
        if (!name || !value) return refuse_form("is not a form.");
        if (!seen.insert(*name).second) return refuse_form("has a field twice.");
        if (seen.size() > kMostFields) return refuse_form("has more fields than any of PayHere's.");
        fields.add(std::move(*name), std::move(*value));
    }
    return fields;
}

}  // namespace whatsflow::payhere
