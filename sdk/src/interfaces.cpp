// The destructors of the SDK's interfaces: each vtable and type_info has its one home here.
#include <whatsflow/sdk/analytics_sink.hpp>
#include <whatsflow/sdk/connection_test.hpp>
#include <whatsflow/sdk/credentials.hpp>
#include <whatsflow/sdk/demo_data.hpp>
#include <whatsflow/sdk/directory.hpp>
#include <whatsflow/sdk/documents.hpp>
#include <whatsflow/sdk/draft/message_channel.hpp>
#include <whatsflow/sdk/entitlements.hpp>
#include <whatsflow/sdk/event_streams.hpp>
#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/notifications.hpp>
#include <whatsflow/sdk/operations.hpp>
#include <whatsflow/sdk/payment_provider.hpp>
#include <whatsflow/sdk/plugin.hpp>
#include <whatsflow/sdk/realtime.hpp>
#include <whatsflow/sdk/recurring_revenue.hpp>
#include <whatsflow/sdk/saved_views.hpp>
#include <whatsflow/sdk/sessions.hpp>
#include <whatsflow/sdk/tax_provider.hpp>
#include <whatsflow/sdk/tenant_plans.hpp>

namespace whatsflow::sdk {

Clock::~Clock() = default;
Logger::~Logger() = default;
Service::~Service() = default;
ServiceLease::~ServiceLease() = default;
EventBus::~EventBus() = default;
SqlExecutor::~SqlExecutor() = default;
Transaction::~Transaction() = default;
Database::~Database() = default;
Outbox::~Outbox() = default;
JobRun::~JobRun() = default;
Jobs::~Jobs() = default;
AuditLog::~AuditLog() = default;
Vault::~Vault() = default;
FileStorage::~FileStorage() = default;
Sessions::~Sessions() = default;
Passwords::~Passwords() = default;
OneTimeCodes::~OneTimeCodes() = default;
LoginThrottle::~LoginThrottle() = default;
Realtime::~Realtime() = default;
EventStreams::~EventStreams() = default;
Directory::~Directory() = default;
TenantPlans::~TenantPlans() = default;
RecurringRevenue::~RecurringRevenue() = default;
SavedViews::~SavedViews() = default;
PersonalData::~PersonalData() = default;
Notifier::~Notifier() = default;
Documents::~Documents() = default;
Operations::~Operations() = default;
JobBoard::~JobBoard() = default;
OutboxBoard::~OutboxBoard() = default;
AuditTrail::~AuditTrail() = default;
MailBoard::~MailBoard() = default;
Backups::~Backups() = default;
DemoData::~DemoData() = default;
ConnectionTest::~ConnectionTest() = default;
Authenticator::~Authenticator() = default;
HttpsClient::~HttpsClient() = default;
Host::~Host() = default;
Plugin::~Plugin() = default;
PaymentProvider::~PaymentProvider() = default;
TaxProvider::~TaxProvider() = default;
AnalyticsSink::~AnalyticsSink() = default;
FeatureFlags::~FeatureFlags() = default;
Entitlements::~Entitlements() = default;
Mailer::~Mailer() = default;
draft::MessageChannel::~MessageChannel() = default;

void Plugin::on_all_started(Host&) {}
bool Plugin::reconfigure(const Config&) {
    return false;
}

}  // namespace whatsflow::sdk
