/// \file
/// The page of notifications, the number for the bell, and marking as read.
#pragma once

#include "notices.hpp"

#include <whatsflow/sdk/host.hpp>

namespace whatsflow::app {

class NoticePages {
public:
    NoticePages(sdk::Host& host, Notices& notices) : host_(host), notices_(notices) {}
    sdk::Result<void> register_routes();

private:
    sdk::Response list(const sdk::Request& request);
    sdk::Response unread(const sdk::Request& request);
    sdk::Response mark_read(const sdk::Request& request);
    sdk::Response mark_all_read(const sdk::Request& request);

    sdk::Host& host_;
    Notices& notices_;
};

}  // namespace whatsflow::app
