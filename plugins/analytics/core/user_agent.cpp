#include "user_agent.hpp"

#include <algorithm>
#include <array>

namespace whatsflow::analytics {
namespace {

std::string lowered(std::string_view text) {
    std::string low(text.substr(0, 1000));
    std::ranges::transform(low, low.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return low;
}

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::ranges::any_of(words, [&](auto word) { return text.find(word) != std::string_view::npos; });
}

constexpr std::array<std::string_view, 24> kCrawlers = {
    "bot/", "bot;", "bot)", "bot ", "googlebot", "bingbot", "crawl", "spider", "slurp", "archiver", "facebookexternalhit",
    "mediapartners", "lighthouse", "pingdom", "uptime", "gtmetrix", "preview", "scrap", "validator", "monitor/", "ahrefs",
    "semrush", "yandexbot", "gptbot"};
constexpr std::array<std::string_view, 6> kAutomated = {"headless", "phantomjs", "puppeteer", "playwright", "selenium", "webdriver"};
constexpr std::array<std::string_view, 18> kTools = {
    "curl/", "wget/", "python-requests", "python-urllib", "aiohttp", "httpx", "go-http-client", "java/", "okhttp", "axios/",
    "node-fetch", "undici", "libwww", "ruby", "php/", "postman", "insomnia", "apache-httpclient"};

struct Named {
    std::string_view mark, name;
};
// The first that is found decides: most browsers also name the one they descend from.
constexpr std::array<Named, 11> kBrowsers = {{{"edg/", "Edge"}, {"edga/", "Edge"}, {"edgios/", "Edge"}, {"opr/", "Opera"},
    {"samsungbrowser/", "Samsung Internet"}, {"firefox/", "Firefox"}, {"fxios/", "Firefox"}, {"chrome/", "Chrome"},
    {"crios/", "Chrome"}, {"safari/", "Safari"}, {"trident/", "Internet Explorer"}}};
constexpr std::array<Named, 8> kSystems = {{{"windows", "Windows"}, {"android", "Android"}, {"iphone", "iOS"}, {"ipad", "iPadOS"},
    {"mac os x", "macOS"}, {"cros ", "ChromeOS"}, {"linux", "Linux"}, {"freebsd", "FreeBSD"}}};

template <std::size_t N>
std::string first_of(std::string_view text, const std::array<Named, N>& all) {
    for (const auto& each : all)
        if (text.find(each.mark) != std::string_view::npos) return std::string(each.name);
    return {};
}

bool ends_with_bot(std::string_view low) {
    return low.ends_with("bot");
}

}  // namespace

Client client_of(std::string_view user_agent) {
    const auto low = lowered(user_agent);
    Client client{first_of(low, kBrowsers), first_of(low, kSystems), {}};
    if (low.find("ipad") != std::string::npos || low.find("tablet") != std::string::npos ||
        (client.system == "Android" && low.find("mobile") == std::string::npos))
        client.device = "tablet";
    else if (low.find("mobi") != std::string::npos || client.system == "iOS")
        client.device = "mobile";
    else if (!client.browser.empty())
        client.device = "desktop";
    return client;
}

BotReason crawler_in(std::string_view user_agent) {
    const auto low = lowered(user_agent);
    if (has_any(low, kAutomated)) return BotReason::automated;
    if (has_any(low, kCrawlers) || ends_with_bot(low)) return BotReason::crawler;
    return BotReason::none;
}

BotReason bot_on_page(std::string_view user_agent) {
    const auto low = lowered(user_agent);
    if (const auto reason = crawler_in(low); reason != BotReason::none) return reason;
    // Every browser there is calls itself Mozilla.
    if (has_any(low, kTools) || low.find("mozilla/") == std::string::npos) return BotReason::tool;
    return BotReason::none;
}

}  // namespace whatsflow::analytics
