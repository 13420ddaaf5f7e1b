#include "once.hpp"

#include "answers.hpp"

#include <whatsflow/sdk/directory.hpp>

namespace whatsflow::billing {
namespace {

using nlohmann::json;

/// Longer than the route's own time: whoever was first has answered by then, or never will.
constexpr std::chrono::seconds kLongestAnswer{60};

struct Keyed {
    std::string key, fingerprint;
    int status = 200;
};

json page_json(const Checkout& checkout) {
    const auto& page = checkout.page;
    json fields = json::object();
    if (page.form)
        for (const auto& [name, value] : page.form->fields) fields[name] = value;
    return {{"provider", checkout.provider},
            {"method", page.form ? page.form->method : "GET"},
            {"url", page.form ? page.form->action : page.url},
            {"fields", fields}};
}

void keep_answer(sdk::Host& host, const sdk::Request& request, const std::string& key, const json& answer) {
    const auto kept = host.database().execute(
        sdk::on_behalf_of(request.context, tenant_of(request)),
        "UPDATE billing_seen_keys SET answer = ? WHERE tenant_id = :tenant AND kind = 'command' AND seen_key = ?",
        {answer.dump(), key});
    if (!kept) host.log().warn("an answer was not kept for its idempotency key", {{"reason", kept.error().message}});
}

/// In the transaction of the command: what is needed to answer, should nobody get to do it.
Transitions::Also note_beginning(sdk::Host& host, const std::string& key) {
    return [&host, key](sdk::Transaction& tx, const sdk::CallContext& own, const Step& step) -> sdk::Result<void> {
        json begun{{"begun_at", sdk::to_micros(host.clock().now())}, {"invoice", nullptr}};
        for (const auto& change : step.changes.entities)
            if (change.kind == EntityKind::invoice && change.change == ChangeKind::added && begun["invoice"].is_null())
                begun["invoice"] = change.id;
        const auto done = tx.execute(
            own,
            "UPDATE billing_seen_keys SET answer = ? WHERE tenant_id = :tenant AND kind = 'command' AND seen_key = ?",
            {begun.dump(), key});
        if (!done) return done.error();
        return sdk::ok();
    };
}

/// The answer of a command that was done by a process that is gone.
sdk::Response made_good(sdk::Host& host, Teller& desk, const sdk::Request& request, const std::string& key,
                        const json& begun, const PayWith& pay, int status) {
    json answer{{"subscription", nullptr}, {"invoice", nullptr}, {"checkout", nullptr}};
    const auto& tenant = tenant_of(request);
    if (begun.at("invoice").is_string()) {
        const InvoiceId id{begun.at("invoice").get<std::string>()};
        const auto account = desk.with_invoice(request.context, tenant, id);
        if (!account) return refused(account.error());
        const auto* invoice = *account ? (*account)->find_invoice(id) : nullptr;
        if (invoice != nullptr) answer["invoice"] = invoice_json(**account, *invoice);
        if (invoice != nullptr && invoice->state == InvoiceState::open && invoice->amount_due() > 0 &&
            !pay.provider.empty())
            if (const auto page = desk.pay_on_page(request.context, tenant, id, pay, {}); page)
                answer["checkout"] = page_json(*page);
    }
    const auto account = desk.account(request.context, tenant);
    if (!account) return refused(account.error());
    if (const auto* live = account->live_subscription()) answer["subscription"] = subscription_json(*account, *live);
    keep_answer(host, request, key, answer);
    return sdk::json(answer, status);
}

/// What was answered to this key before: the answer, 409 while it is being made, 422 for another body.
std::optional<sdk::Response> told_before(sdk::Host& host, Teller& desk, const sdk::Request& request, const Keyed& keyed,
                                         const PayWith& pay) {
    const auto row = host.database().query_one(sdk::on_behalf_of(request.context, tenant_of(request)),
                                               "SELECT fingerprint, answer FROM billing_seen_keys WHERE tenant_id = "
                                               ":tenant AND kind = 'command' AND seen_key = ?",
                                               {keyed.key});
    if (!row) return refused(row.error());
    if (!*row) return std::nullopt;
    if ((*row)->text("fingerprint") != keyed.fingerprint)
        return sdk::problem(422, "billing.key_reused", "This Idempotency-Key was used for another request.");
    const auto kept = json::parse((*row)->maybe_text("answer").value_or(""), nullptr, false);
    if (!kept.is_object())
        return sdk::problem(409, "billing.in_flight", "The first request with this key is not answered yet.");
    const auto begun = kept.find("begun_at");
    if (begun == kept.end()) return sdk::json(kept, keyed.status);
    if (sdk::from_micros(begun->get<std::int64_t>()) + kLongestAnswer > host.clock().now())
        return sdk::problem(409, "billing.in_flight", "The first request with this key is not answered yet.")
            .header("Retry-After", "10");
    return made_good(host, desk, request, keyed.key, kept, pay, keyed.status);
}

}  // namespace

sdk::PaymentCustomer owner_of(sdk::Host& host, const sdk::Request& request) {
    sdk::PaymentCustomer customer;
    const auto tenant = tenant_of(request);
    const auto context = sdk::on_behalf_of(request.context, tenant);
    const auto directory = sdk::find_service<sdk::Directory>(host);
    const auto owners = directory.call(&sdk::Directory::members, context, tenant, std::vector<std::string>{"owner"});
    if (!owners || owners->empty()) return customer;
    const auto& owner = owners->front();
    const auto space = owner.name.find(' ');
    customer.first_name = owner.name.substr(0, space);
    if (space != std::string::npos) customer.last_name = owner.name.substr(space + 1);
    customer.email = owner.email;
    return customer;
}

sdk::Response answer_once(sdk::Host& host, Teller& desk, const sdk::Request& request, Asked asked) {
    const auto key = request.headers.find("Idempotency-Key");
    if (key && (key->empty() || key->size() > 200))
        return sdk::problem(422, "billing.bad_key", "An Idempotency-Key has 1 to 200 characters.");
    Request command;
    command.command = std::move(asked.command);
    command.expected_version = asked.version;
    Keyed keyed{{}, {}, asked.status};
    if (key) {
        keyed.key = command.key = "api:" + std::string(*key);
        keyed.fingerprint = command.fingerprint = digest_of(asked.fingerprint);
        if (auto told = told_before(host, desk, request, keyed, asked.pay)) return *std::move(told);
    }
    auto done = desk.act_also(request.context, tenant_of(request), {command}, {sdk::actor_of(request), asked.reason},
                              asked.pay, command.key.empty() ? Transitions::Also{} : note_beginning(host, command.key));
    if (!done) return refused(done.error());
    if (done->changes.repeated)
        if (auto told = told_before(host, desk, request, keyed, asked.pay)) return *std::move(told);
    json answer{{"subscription", nullptr}, {"invoice", nullptr}, {"checkout", nullptr}};
    if (const auto* live = done->account.live_subscription())
        answer["subscription"] = subscription_json(done->account, *live);
    if (!done->invoices.empty())
        if (const auto* invoice = done->account.find_invoice(done->invoices.front()))
            answer["invoice"] = invoice_json(done->account, *invoice);
    if (done->checkout) answer["checkout"] = page_json(*done->checkout);
    if (!command.key.empty()) keep_answer(host, request, command.key, answer);
    return sdk::json(answer, asked.status);
}

}  // namespace whatsflow::billing
