/// \file
/// The search box: pages this person may open, then what the search sources of plugins find.
/// As JSON for the command palette, as a page without JavaScript.
#pragma once

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

class Search {
public:
    explicit Search(sdk::Host& host) : host_(host) {}
    sdk::Result<void> register_routes();

private:
    sdk::Response answer(const sdk::Request& request);
    /// [{title, text, path, icon, group}]
    nlohmann::json results(const sdk::Request& request, const std::string& wanted);

    sdk::Host& host_;
};

}  // namespace whatsflow::app
