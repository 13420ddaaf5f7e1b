#include "storage/s3_backend.hpp"

#include "security/digest.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace whatsflow::storage {
namespace {

sdk::Error unavailable(const sdk::IncomingResponse& response) {
    // The store's own word for it, such as AccessDenied; never a body as a whole.
    std::string code;
    const auto begin = response.body.find("<Code>");
    const auto end = response.body.find("</Code>");
    if (begin != std::string::npos && end != std::string::npos && end - begin < 80)
        code = " " + response.body.substr(begin + 6, end - begin - 6);
    return sdk::fail("files.unavailable",
                     "The file store answered " + std::to_string(response.status) + code + ". Check storage.s3.");
}

/// What stands in the first `<tag>` after `at`; moves `at` behind it.
std::optional<std::string> element(std::string_view xml, std::string_view tag, std::size_t& at) {
    const auto open = "<" + std::string(tag) + ">";
    const auto begin = xml.find(open, at);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto end = xml.find("</" + std::string(tag) + ">", begin);
    if (end == std::string_view::npos) return std::nullopt;
    at = end + open.size() + 1;
    return std::string(xml.substr(begin + open.size(), end - begin - open.size()));
}

sdk::Instant instant_of(int year, unsigned month, unsigned day, int hour, int minute, int second) {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok()) return {};
    return sdk::Instant{sys_days{date}.time_since_epoch() + hours{hour} + minutes{minute} + seconds{second}};
}

/// `2009-10-12T17:50:30.000Z`
sdk::Instant from_iso(const std::string& text) {
    int year = 0, hour = 0, minute = 0, second = 0;
    unsigned month = 0, day = 0;
    if (std::sscanf(text.c_str(), "%d-%u-%uT%d:%d:%d", &year, &month, &day, &hour, &minute, &second) != 6) return {};
    return instant_of(year, month, day, hour, minute, second);
}

/// `Wed, 12 Oct 2009 17:50:00 GMT`
sdk::Instant from_http_date(const std::string& text) {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::array<char, 4> name{};
    int year = 0, hour = 0, minute = 0, second = 0;
    unsigned day = 0;
    if (std::sscanf(text.c_str(), "%*3s, %u %3s %d %d:%d:%d", &day, name.data(), &year, &hour, &minute, &second) != 6)
        return {};
    const auto at = kMonths.find(name.data());
    if (at == std::string_view::npos) return {};
    return instant_of(year, static_cast<unsigned>(at / 3 + 1), day, hour, minute, second);
}

}  // namespace

sdk::Result<std::shared_ptr<S3Backend>> S3Backend::make(const S3Settings& given, sdk::HttpsClient& https,
                                                        const sdk::Clock& clock) {
    auto settings = given;
    while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
    std::string host;
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (settings.endpoint.starts_with(scheme)) host = settings.endpoint.substr(scheme.size());
    }
    if (host.empty() || host.find_first_of("/?#@ ") != std::string::npos)
        return sdk::fail("files.bad_settings", "storage.s3.endpoint must be https://HOST or https://HOST:PORT.");
    if (settings.bucket.empty() || settings.access_key.empty() || settings.secret_key.empty() ||
        settings.region.empty())
        return sdk::fail("files.bad_settings",
                         "storage.kind is s3: set storage.s3.bucket, region, access_key and secret_key.");
    // The host is signed as it is sent: without the port when it is the usual one.
    for (const std::string_view usual : {":443", ":80"}) {
        if (host.ends_with(usual) && settings.endpoint.starts_with("https://") == (usual == ":443"))
            host.resize(host.size() - usual.size());
    }
    return std::shared_ptr<S3Backend>(new S3Backend(std::move(settings), std::move(host), https, clock));
}

std::string S3Backend::path_of(const std::string& name) const {
    std::string path = "/" + encode_uri(settings_.bucket) + "/";
    for (std::size_t at = 0; at <= name.size();) {
        const auto end = std::min(name.find('/', at), name.size());
        if (at > 0) path += '/';
        path += encode_uri(std::string_view(name).substr(at, end - at));
        at = end + 1;
    }
    return path;
}

sdk::Result<sdk::IncomingResponse> S3Backend::send(const sdk::CallContext& context, Call call) {
    const auto date = to_amz_date(clock_.now());
    UnsignedRequest to_sign{std::string(sdk::to_text(call.method)), call.path, call.query, call.headers,
                            security::sha256_hex(call.body)};
    to_sign.headers.emplace_back("host", host_);
    to_sign.headers.emplace_back("x-amz-content-sha256", to_sign.payload_sha256);
    to_sign.headers.emplace_back("x-amz-date", date);

    sdk::OutgoingRequest request;
    request.method = call.method;
    const auto query = encode_query(call.query);
    request.url = settings_.endpoint + call.path + (query.empty() ? "" : "?" + query);
    for (const auto& [name, value] : call.headers) request.headers.add(name, value);
    request.headers.add("x-amz-content-sha256", to_sign.payload_sha256);
    request.headers.add("x-amz-date", date);
    request.headers.add("Authorization",
                        sign(to_sign, {settings_.access_key, settings_.secret_key, settings_.region, "s3"}, date));
    request.body = std::move(call.body);
    request.repeatable = true;
    request.max_response_bytes = kLargestFile + 64 * 1024;
    auto response = https_.send(context, request);
    if (!response)
        return sdk::fail("files.unavailable", "The file store cannot be reached: " + response.error().message);
    return response;
}

sdk::Result<void> S3Backend::put(const sdk::CallContext& context, const std::string& name, std::string_view content,
                                 const std::string& content_type) {
    auto response =
        send(context, {sdk::Method::put, path_of(name), {}, {{"content-type", content_type}}, std::string(content)});
    if (!response) return response.error();
    if (response->status != 200) return unavailable(*response);
    return sdk::ok();
}

sdk::Result<std::string> S3Backend::get(const sdk::CallContext& context, const std::string& name) {
    auto response = send(context, {sdk::Method::get, path_of(name)});
    if (!response) return response.error();
    if (response->status == 404) return no_such_file(name);
    if (response->status != 200) return unavailable(*response);
    return std::move(response->body);
}

sdk::Result<sdk::StoredFile> S3Backend::describe(const sdk::CallContext& context, const std::string& name) {
    auto response = send(context, {sdk::Method::head, path_of(name)});
    if (!response) return response.error();
    if (response->status == 404) return no_such_file(name);
    if (response->status != 200) return unavailable(*response);
    const auto header = [&response](std::string_view wanted, const char* otherwise) {
        return std::string(response->headers.find(wanted).value_or(otherwise));
    };
    return sdk::StoredFile{name, std::strtoull(header("content-length", "0").c_str(), nullptr, 10),
                           header("content-type", "application/octet-stream"),
                           from_http_date(header("last-modified", ""))};
}

sdk::Result<void> S3Backend::remove(const sdk::CallContext& context, const std::string& name) {
    auto response = send(context, {sdk::Method::del, path_of(name)});
    if (!response) return response.error();
    if (response->status != 204 && response->status != 200 && response->status != 404) return unavailable(*response);
    return sdk::ok();
}

sdk::Result<std::vector<sdk::StoredFile>> S3Backend::list(const sdk::CallContext& context, const std::string& prefix,
                                                          const std::string& after) {
    Call call{sdk::Method::get, "/" + encode_uri(settings_.bucket)};
    call.query = {{"list-type", "2"}, {"max-keys", std::to_string(kMostListed)}, {"prefix", prefix}};
    if (!after.empty()) call.query.emplace_back("start-after", after);
    auto response = send(context, std::move(call));
    if (!response) return response.error();
    if (response->status != 200) return unavailable(*response);
    std::vector<sdk::StoredFile> files;
    for (std::size_t at = 0; auto entry = element(response->body, "Contents", at);) {
        std::size_t key = 0, size = 0, changed = 0;
        // Names hold nothing that XML would escape.
        files.push_back({element(*entry, "Key", key).value_or(""),
                         std::strtoull(element(*entry, "Size", size).value_or("0").c_str(), nullptr, 10), "",
                         from_iso(element(*entry, "LastModified", changed).value_or(""))});
    }
    return files;
}

}  // namespace whatsflow::storage
