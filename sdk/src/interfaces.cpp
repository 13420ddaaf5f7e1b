// The destructors of the SDK's interfaces: each vtable and type_info has its one home here.
#include <whatsflow/sdk/analytics_sink.hpp>
#include <whatsflow/sdk/draft/message_channel.hpp>
#include <whatsflow/sdk/feature_flags.hpp>
#include <whatsflow/sdk/mailer.hpp>
#include <whatsflow/sdk/demo_data.hpp>
#include <whatsflow/sdk/outbox.hpp>
#include <whatsflow/sdk/payment_provider.hpp>
#include <whatsflow/sdk/plugin.hpp>

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
DemoData::~DemoData() = default;
Authenticator::~Authenticator() = default;
HttpsClient::~HttpsClient() = default;
Host::~Host() = default;
Plugin::~Plugin() = default;
PaymentProvider::~PaymentProvider() = default;
AnalyticsSink::~AnalyticsSink() = default;
FeatureFlags::~FeatureFlags() = default;
Mailer::~Mailer() = default;
draft::MessageChannel::~MessageChannel() = default;

void Plugin::on_all_started(Host&) {}
bool Plugin::reconfigure(const Config&) {
    return false;
}

}  // namespace whatsflow::sdk
