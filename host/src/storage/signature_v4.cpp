#include "storage/signature_v4.hpp"

#include "security/digest.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace whatsflow::storage {
namespace {

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

/// Without blanks around it; runs of blanks inside become one.
std::string trimmed(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == ' ' && (result.empty() || result.back() == ' ')) continue;
        result += c;
    }
    while (result.ends_with(' ')) result.pop_back();
    return result;
}

}  // namespace

std::string encode_uri(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            result += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        result += '%';
        result += kDigits[byte >> 4U];
        result += kDigits[byte & 15U];
    }
    return result;
}

std::string encode_query(NamedValues query) {
    for (auto& [name, value] : query) {
        name = encode_uri(name);
        value = encode_uri(value);
    }
    std::ranges::sort(query);
    std::string text;
    for (const auto& [name, value] : query) text += (text.empty() ? "" : "&") + name + "=" + value;
    return text;
}

std::string sign(const UnsignedRequest& request, const SigningKey& key, std::string_view amz_date) {
    NamedValues headers;
    for (const auto& [name, value] : request.headers) headers.emplace_back(lower(name), trimmed(value));
    std::ranges::sort(headers);
    std::string canonical_headers;
    std::string signed_names;
    for (const auto& [name, value] : headers) {
        canonical_headers += name + ":" + value + "\n";
        signed_names += (signed_names.empty() ? "" : ";") + name;
    }
    const auto canonical = request.method + "\n" + request.path + "\n" + encode_query(request.query) + "\n" +
                           canonical_headers + "\n" + signed_names + "\n" + request.payload_sha256;

    const std::string day(amz_date.substr(0, 8));
    const auto scope = day + "/" + key.region + "/" + key.service + "/aws4_request";
    const auto to_sign =
        "AWS4-HMAC-SHA256\n" + std::string(amz_date) + "\n" + scope + "\n" + security::sha256_hex(canonical);
    auto secret = security::hmac_sha256("AWS4" + key.secret_key, day);
    for (const auto& part : {key.region, key.service, std::string("aws4_request")})
        secret = security::hmac_sha256(secret, part);
    return "AWS4-HMAC-SHA256 Credential=" + key.access_key + "/" + scope + ",SignedHeaders=" + signed_names +
           ",Signature=" + security::to_hex(security::hmac_sha256(secret, to_sign));
}

std::string to_amz_date(sdk::Instant instant) {
    using namespace std::chrono;
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const auto seconds_of_day = static_cast<int>(floor<seconds>(instant - day).count());
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", int{date.year()}, unsigned{date.month()},
                  unsigned{date.day()}, seconds_of_day / 3600, seconds_of_day / 60 % 60, seconds_of_day % 60);
    return text.data();
}

}  // namespace whatsflow::storage
