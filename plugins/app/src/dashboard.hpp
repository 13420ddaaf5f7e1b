/// \file
/// The first page, the page of usage and the page of settings: all three are what other plugins
/// contribute, in our frame.
#pragma once

#include "notice_preferences.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

class FramePages {
public:
    FramePages(sdk::Host& host, NoticePreferences& preferences) : host_(host), preferences_(preferences) {}
    sdk::Result<void> register_routes();

private:
    sdk::Response dashboard(const sdk::Request& request);
    sdk::Response usage(const sdk::Request& request);
    sdk::Response settings(const sdk::Request& request);
    sdk::Response change_notices(const sdk::Request& request);

    sdk::Host& host_;
    NoticePreferences& preferences_;
};

}  // namespace whatsflow::app
