/// \file
/// Replies for everything that goes wrong: a problem document or a page in the site's design.
///
/// The host's own errors are rendered once per site, language and status; a bad request then
/// costs a copy with its request id filled in, never a rendering. Problems that handlers
/// return carry their own sentences and are rendered each time, on the pool.
#pragma once

#include "http/application.hpp"
#include "web/page_model.hpp"
#include "web/problems.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

namespace whatsflow::web {

/// For whom the reply is.
struct ErrorAudience {
    sdk::Site site = sdk::Site::landing;
    std::string locale = "en";
    std::string request_id;
    bool secure = false;
    bool wants_json = false;
    bool head_only = false;
};

class ErrorPages {
public:
    ErrorPages(const WebDependencies& dependencies, const PageModel& model)
        : dependencies_(dependencies), model_(model) {}

    /// [any thread] One of the host's own errors.
    [[nodiscard]] http::WireReply standard(int status, const ErrorAudience& audience) const;

    /// [pool-thread] A problem with its own words.
    [[nodiscard]] http::WireReply special(const Problem& problem, const ErrorAudience& audience,
                                          const PageFacts& facts) const;

    /// Renders anew from now on: what plugins contribute to pages has changed.
    void forget();

private:
    struct Page {
        std::string html;
        PageOrigins origins;
        std::uint64_t generation = 0;
    };
    using Key = std::tuple<sdk::Site, std::string, int>;

    [[nodiscard]] std::shared_ptr<const Page> page_for(int status, const ErrorAudience& audience) const;
    [[nodiscard]] Page render(const Problem& problem, const PageFacts& facts) const;

    const WebDependencies& dependencies_;
    const PageModel& model_;
    mutable std::mutex mutex_;
    mutable std::map<Key, std::shared_ptr<const Page>> pages_;
};

}  // namespace whatsflow::web
