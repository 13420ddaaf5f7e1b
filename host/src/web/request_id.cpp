#include "web/request_id.hpp"

#include "security/random.hpp"

#include <algorithm>
#include <cstring>

namespace whatsflow::web {
namespace {

// Crockford's alphabet: no I, L, O, U.
constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kPrefixDigits = 6;
constexpr std::size_t kDigitsInAll = 15;

}  // namespace

RequestIds::RequestIds() {
    std::memcpy(&prefix_, security::random_bytes(sizeof prefix_).data(), sizeof prefix_);
}

std::string RequestIds::next() noexcept {
    std::string id(kDigitsInAll, '0');
    auto prefix = prefix_;
    for (std::size_t i = 0; i < kPrefixDigits; ++i, prefix >>= 5) id[i] = kDigits[prefix & 31];
    auto count = count_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = kDigitsInAll; i-- > kPrefixDigits; count >>= 5) id[i] = kDigits[count & 31];
    return id;
}

bool is_request_id(std::string_view text) noexcept {
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                      c == '_' || c == '.';
           });
}

}  // namespace whatsflow::web
