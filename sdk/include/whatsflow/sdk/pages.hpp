/// \file
/// Pages whose handlers may fail: an error becomes the fitting answer in one place.
///
///     return sdk::Pages(host, Site::admin, {.plugin = "crm", .not_found = {"crm.no_contact"}})
///         .get("/contacts/{id}", "crm.read", "One contact",
///              [this](const Request& request) -> Result<Response> { return show(request); })
///         .post("/contacts/{id}", "crm.manage", "Changes it", …)
///         .done();
///
/// A refusal of the plugin (`crm.*`) is answered with its sentence: 422, 404 where the thing is not
/// there, 409 where somebody was faster. `http.*` is 400. Everything else is no business of who asks:
/// it goes to the log with the request id, and the answer is a text of the plugin.
#pragma once

#include <whatsflow/sdk/host.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace whatsflow::sdk {

using PageHandler = std::function<Result<Response>(const Request&)>;

struct PageErrors {
    std::string plugin;                    ///< whose refusals have sentences for people
    std::vector<std::string> not_found{};  ///< codes that are answered like an address that does not exist
    std::vector<std::string> conflicts{};
    std::string failed_text{};  ///< the key of what is said of a fault
};

/// Registers the pages of one site, with a permission each. The first refusal of the host is kept,
/// and nothing is registered after it.
class Pages {
public:
    Pages(Host& host, Site site, PageErrors errors);

    Pages& get(std::string path, std::string permission, std::string summary, PageHandler handler);
    /// `body_bytes` 0 is what the host allows everybody.
    Pages& post(std::string path, std::string permission, std::string summary, PageHandler handler,
                std::size_t body_bytes = 0);
    Result<void> done() const { return result_; }

private:
    Pages& add(Route route, std::string summary);
    RouteHandler answering(PageHandler handler) const;

    Host& host_;
    Site site_;
    PageErrors errors_;
    Result<void> result_;
};

/// A text with each `{name}` replaced: fill_in("{n} of {all}", {{"n", "3"}, {"all", "7"}}).
std::string fill_in(std::string text, const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace whatsflow::sdk
