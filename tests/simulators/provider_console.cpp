// provider_console PLUGIN_DIR SETTINGS_JSON
//
// Loads a payment plugin as the host would, with the real network and a database in memory,
// and answers one JSON line for each JSON line on its input:
//
//     {"call": "charge", "reference": "INV-1-X", "key": "k", "amount": {"minor": 2500, "currency": "USD"}, …}
//     {"outcome": "succeeded", "id": "pi_1", …}
#include "console_json.hpp"
#include "loaded_plugin.hpp"
#include "net/client.hpp"
#include "plugin_folder.hpp"

#include <test_database.hpp>

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <iostream>

namespace {

using namespace whatsflow;
using nlohmann::json;
using sdk::PaymentProvider;
using Provider = sdk::ServiceHandle<PaymentProvider>;

sdk::Instant system_now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

template <class T>
json shown(const sdk::Result<T>& result) {
    return result ? console::to_json(*result) : console::to_json(result.error());
}

template <class T>
json shown(const sdk::Result<std::vector<T>>& result) {
    if (!result) return console::to_json(result.error());
    json list = json::array();
    for (const auto& one : *result) list.push_back(console::to_json(one));
    return {{"list", list}};
}

json verified(const sdk::Result<sdk::VerifiedNotice>& result) {
    if (!result) return console::to_json(result.error());
    return {{"event_id", result->event_id}, {"type", result->type}};
}

/// Reads a notice and asks the provider about each of its events.
json confirmed(const Provider& provider, const sdk::CallContext& context, const sdk::PaymentNotice& notice) {
    const auto events = provider.call(&PaymentProvider::read_notice, notice);
    if (!events) return console::to_json(events.error());
    json list = json::array();
    for (const auto& event : *events) {
        const auto confirmation = provider.call(&PaymentProvider::confirm, context, event);
        if (!confirmation) return console::to_json(confirmation.error());
        using Verdict = sdk::PaymentConfirmation::Verdict;
        auto one = console::to_json(confirmation->event);
        one["verdict"] = confirmation->verdict == Verdict::confirmed      ? "confirmed"
                         : confirmation->verdict == Verdict::contradicted ? "contradicted"
                                                                          : "not_yet";
        list.push_back(std::move(one));
    }
    return {{"list", list}};
}

json answer(const Provider& provider, const json& asked) {
    sdk::CallContext context;
    context.request_id = "console";
    context.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(asked.value("patience_ms", 5000));
    const auto call = asked.value("call", "");
    const auto id = asked.value("id", "");
    if (call == "health") {
        const auto done = provider.call(&PaymentProvider::health, context);
        return done ? json{{"ok", true}} : console::to_json(done.error());
    }
    if (call == "checkout")
        return shown(provider.call(&PaymentProvider::create_checkout, context, console::checkout_from(asked)));
    if (call == "setup")
        return shown(provider.call(&PaymentProvider::create_setup, context, console::checkout_from(asked)));
    if (call == "expire") return shown(provider.call(&PaymentProvider::expire_checkout, context, id));
    if (call == "charge") return shown(provider.call(&PaymentProvider::charge, context, console::charge_from(asked)));
    if (call == "refund") return shown(provider.call(&PaymentProvider::refund, context, console::refund_from(asked)));
    if (call == "lookup")
        return shown(provider.call(&PaymentProvider::lookup, context,
                                   sdk::PaymentLookup{asked.value("reference", ""), asked.value("payment_id", "")}));
    if (call == "cancel") return shown(provider.call(&PaymentProvider::cancel_subscription, context, id));
    if (call == "retry") return shown(provider.call(&PaymentProvider::retry_subscription, context, id));
    if (call == "payments") return shown(provider.call(&PaymentProvider::list_payments, context, id));
    const auto notice = console::notice_from(asked, system_now());
    if (call == "verify") return verified(provider.call(&PaymentProvider::verify_notice, notice));
    if (call == "read") return shown(provider.call(&PaymentProvider::read_notice, notice));
    if (call == "confirm") return confirmed(provider, context, notice);
    return {{"error", "console.unknown_call"}};
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::cerr << "provider_console PLUGIN_DIR SETTINGS_JSON\n";
        return 2;
    }
    conformance::Report report(
        [](const auto& finding) {
            if (!finding.passed) std::cerr << finding.sentence << '\n';
        },
        [](std::string_view) {});
    const auto folder = conformance::check_folder(words[1], report);
    const auto* entry = conformance::load_plugin(folder, report);
    if (entry == nullptr) return 1;
    const auto database = whatsflow::testing::open_test_database({folder.id()});
    sdk::testing::FakeHost host(folder.id(), words[1]);
    host.use_database(*database);
    net::Client network;
    host.network().answer_always(
        [&](const auto& context, const auto& request) { return network.send(context, request); });
    const auto plugin = conformance::create_plugin(*entry, report);
    const auto settings = conformance::make_settings(folder.schema, json::parse(words[2]));
    if (const auto started = plugin->start(host, sdk::Config(settings)); !started) {
        std::cerr << started.error().message << '\n';
        return 1;
    }
    std::string line;
    while (std::getline(std::cin, line)) {
        host.time().set(system_now());
        const auto asked = json::parse(line, nullptr, false);
        std::cout << answer(sdk::find_service<PaymentProvider>(host), asked)
                         .dump(-1, ' ', false, json::error_handler_t::replace)
                  << std::endl;
    }
    plugin->stop();
    return 0;
}
