/// \file
/// Staff's pages of analytics, below /analytics of the admin panel.
#pragma once

#include "office.hpp"

namespace whatsflow::analytics::pages {

sdk::Result<void> register_traffic_pages(const AnalyticsOffice& office);   ///< overview, web, live
sdk::Result<void> register_business_pages(const AnalyticsOffice& office);  ///< growth, revenue, features
sdk::Result<void> register_churn_page(const AnalyticsOffice& office);
sdk::Result<void> register_product_pages(const AnalyticsOffice& office);   ///< funnels, retention
sdk::Result<void> register_experiments_page(const AnalyticsOffice& office);
sdk::Result<void> register_paths_page(const AnalyticsOffice& office);
sdk::Result<void> register_setup_page(const AnalyticsOffice& office);  ///< segments, notes, alerts, reports by mail
sdk::Result<void> register_erase_page(const AnalyticsOffice& office);
sdk::Result<void> register_support_page(const AnalyticsOffice& office);
sdk::Result<void> register_health_page(const AnalyticsOffice& office);

/// Not staff's: what a tenant's own people do in the app, at /usage/people of the app.
sdk::Result<void> register_tenant_page(const AnalyticsOffice& office);

/// Pages that can be had without a reader, for mail; nothing for others.
Handler handler_of(std::string_view tab);
Handler traffic_page(std::string_view tab);
Handler business_page(std::string_view tab);
Handler churn_page();

/// All of them, the permissions and the navigation's entry.
sdk::Result<void> register_staff_pages(const AnalyticsOffice& office);

}  // namespace whatsflow::analytics::pages
