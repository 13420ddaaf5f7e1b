#include "demonstration.hpp"

#include "people.hpp"
#include "tenants.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

/// Addresses end in `.example`, which nobody can own (RFC 2606).
constexpr const char* kDemoPassword = "demonstration only";

struct DemoPerson {
    const char* name;
    const char* account;
    const char* role;
};

struct DemoTenant {
    const char* name;
    const char* domain;
    const char* country;
    const char* plan;
    std::vector<DemoPerson> people;
};

const std::vector<DemoTenant>& demo_tenants() {
    static const auto& all = *new std::vector<DemoTenant>{
        {"Lotus Florists (demo)",
         "lotus.example",
         "LK",
         "professional",
         {{"Amara Silva", "amara", "owner"},
          {"Dilini Fernando", "dilini", "admin"},
          {"Kasun Jayawardena", "kasun", "agent"},
          {"Ruwan Bandara", "ruwan", "agent"}}},
        {"Harbour Cycles (demo)",
         "harbour.example",
         "GB",
         "starter",
         {{"Ellen Marsh", "ellen", "owner"}, {"Tom Whitfield", "tom", "agent"}}},
        {"Spice Route Catering (demo)",
         "spiceroute.example",
         "IN",
         "professional",
         {{"Priya Raman", "priya", "owner"}, {"Arjun Nair", "arjun", "admin"}, {"Meera Joshi", "meera", "viewer"}}},
        {"Atelier Blanc (demo)", "blanc.example", "FR", "free", {{"Camille Laurent", "camille", "owner"}}},
        {"Dune Travel (demo)",
         "dune.example",
         "AE",
         "starter",
         {{"Omar Haddad", "omar", "owner"}, {"Layla Saleh", "layla", "agent"}}},
        {"Northwind Clinic (demo)",
         "northwind.example",
         "US",
         "enterprise",
         {{"Grace Coleman", "grace", "owner"}, {"Ben Ortiz", "ben", "admin"}, {"Ada Quinn", "ada", "agent"}}},
        {"Juniper Books (demo)", "juniper.example", "IE", "professional", {{"Aoife Brennan", "aoife", "owner"}}}};
    return all;
}

sdk::Result<void> add_demo_tenant(Office& office, sdk::Transaction& tx, const sdk::CallContext& context,
                                  const DemoTenant& demo, const std::string& hash) {
    std::optional<sdk::TenantId> tenant;
    for (const auto& person : demo.people) {
        const auto email = std::string(person.account) + "@" + demo.domain;
        const auto id = add_person(office, tx, context, {email, person.name, hash, "en", true});
        if (!id) return id.error();
        if (!tenant) {
            const json facts{{"plan", demo.plan}, {"interval", "month"}, {"campaign", {{"utm_source", "demo"}}}};
            const auto added = add_tenant(office, tx, context, {demo.name, demo.country, "en", facts}, *id, email);
            if (!added) return added.error();
            tenant = *added;
        } else if (auto joined = add_membership(office, tx, context, *tenant, *id, person.role); !joined) {
            return joined;
        }
    }
    return sdk::ok();
}

}  // namespace

sdk::Result<std::string> Demonstration::load(const sdk::CallContext& context) {
    const auto hash = office_.passwords().call(&sdk::Passwords::hash, sdk::Secret{kDemoPassword});
    if (!hash) return hash.error();
    int added = 0;
    for (const auto& demo : demo_tenants()) {
        const auto done = office_.database().transaction(context, [&](sdk::Transaction& tx) -> sdk::Result<void> {
            const auto owner = std::string(demo.people.front().account) + "@" + demo.domain;
            const auto known = find_person_by_email(tx, context, owner);
            if (!known) return known.error();
            if (*known) return sdk::ok();
            ++added;
            return add_demo_tenant(office_, tx, context, demo, *hash);
        });
        if (!done) return done.error();
    }
    return added == 0 ? std::string("The demonstration tenants are there already.")
                      : std::to_string(added) + " demonstration tenants; sign in as amara@lotus.example with \"" +
                            kDemoPassword + "\".";
}

}  // namespace whatsflow::accounts
