/// \file
/// What a User-Agent says: browser, system, kind of device, or that nobody looks at the page.
///
/// A bot is stored and marked, never dropped, so that a rule that was wrong can be undone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whatsflow::analytics {

struct Client {
    std::string browser;  ///< `Firefox`; empty: unknown
    std::string system;   ///< `Android`
    std::string device;   ///< `desktop`, `mobile`, `tablet`; empty: unknown
};

Client client_of(std::string_view user_agent);

/// Kept with the event: numbers are never given a second meaning.
enum class BotReason : std::int64_t {
    none = 0,
    crawler = 1,     ///< calls itself a bot, crawler, spider, or has a known name
    automated = 2,   ///< a browser without a person: headless, webdriver
    tool = 3,        ///< curl, a library; no User-Agent at all
    prefetched = 4,  ///< the page was fetched ahead and perhaps never seen
};

/// Named crawlers and headless browsers: never a person, whoever sends.
BotReason crawler_in(std::string_view user_agent);
/// The same, and everything that is no browser: for what only pages send.
BotReason bot_on_page(std::string_view user_agent);

}  // namespace whatsflow::analytics
