/// \file
/// From a routed request to a finished reply: gatekeeper, handler, theme, headers.
///
/// Nothing a handler does can end the process or reach a browser as an exception's text; a
/// handler cannot forget to answer, because what it returns is the answer.
#pragma once

#include "http/application.hpp"
#include "web/error_pages.hpp"
#include "web/exchange.hpp"
#include "web/gatekeeper.hpp"
#include "web/site_closing.hpp"

#include <memory>

namespace whatsflow::web {

class RouteRunner {
public:
    RouteRunner(const WebDependencies& dependencies, const PageModel& model, const ErrorPages& errors,
                const Gatekeeper& gatekeeper, const CsrfTokens& tokens, bool has_several_locales)
        : dependencies_(dependencies),
          closing_(dependencies),
          model_(model),
          errors_(errors),
          gatekeeper_(gatekeeper),
          tokens_(tokens),
          has_several_locales_(has_several_locales) {}

    /// [pool-thread, or loop-thread for routes that ask for it] Never throws.
    [[nodiscard]] http::WireReply run(const Exchange& exchange, http::WireRequest& wire) const noexcept;

    /// [pool-thread] The page as everybody gets it; the handler sees no cookie, no header and
    /// no query. Null when the response is not one that may be kept. May throw.
    [[nodiscard]] std::shared_ptr<const CachedPage> make_shared_page(const Exchange& exchange) const;

    [[nodiscard]] static ErrorAudience audience_of(const Exchange& exchange);

private:
    [[nodiscard]] http::WireReply answer(const Exchange& exchange, http::WireRequest& wire) const;
    [[nodiscard]] sdk::Request make_request(const Exchange& exchange, http::WireRequest& wire) const;
    [[nodiscard]] sdk::Response call_handler(const Exchange& exchange, const sdk::Request& request) const;
    [[nodiscard]] http::WireReply present(const Exchange& exchange, const sdk::Request& request,
                                          const sdk::Response& response) const;
    [[nodiscard]] http::WireReply present_problem(const Exchange& exchange, const sdk::Request& request,
                                                  const sdk::Response& response, const Problem& problem) const;
    [[nodiscard]] sdk::Result<http::WireReply> present_body(const Exchange& exchange, const sdk::Request& request,
                                                            const sdk::Response& response) const;
    [[nodiscard]] std::function<sdk::Result<std::string>()> watched(const Exchange& exchange,
                                                                    const sdk::BodyStream& stream) const;
    [[nodiscard]] static PageFacts facts_of(const sdk::Request& request);

    const WebDependencies& dependencies_;
    SiteClosing closing_;
    const PageModel& model_;
    const ErrorPages& errors_;
    const Gatekeeper& gatekeeper_;
    const CsrfTokens& tokens_;
    bool has_several_locales_;
};

}  // namespace whatsflow::web
