#include "demonstration.hpp"

#include <array>
#include <chrono>

namespace whatsflow::landing {

namespace {

struct ExampleMessage {
    const char* id;
    std::chrono::hours age;  ///< so that the list reads like some days, not one second
    const char* name;
    const char* email;
    const char* company;
    const char* topic;
    const char* message;
    const char* locale;
};

using std::chrono::hours;

constexpr std::array<ExampleMessage, 5> kExamples{
    {{"00000000-0000-4000-8000-1a0d00000001", hours(3), "Example Anna", "anna@flowers.example", "Example Flowers",
      "sales", "We are four people who share one phone for orders. Which plan fits us, and can we change it later?",
      "en"},
     {"00000000-0000-4000-8000-1a0d00000002", hours(26), "Example Bandu", "bandu@travel.example", "Example Travel",
      "support", "Where do I see how many messages of this month are left?\nI looked below Settings.", "en"},
     {"00000000-0000-4000-8000-1a0d00000003", hours(51), "Example Chitra", "chitra@clinic.example", "Example Clinic",
      "billing", "Please put our tax number on the next invoice. Where can I enter it?", "en"},
     {"00000000-0000-4000-8000-1a0d00000004", hours(98), "Example Daniel", "daniel@software.example",
      "Example Software", "partners", "We would like to connect our booking system. Is there a plugin to start from?",
      "en"},
     {"00000000-0000-4000-8000-1a0d00000005", hours(170), "Example Esha", "esha@school.example", "", "other",
      "Can parents leave the list by themselves when they no longer want messages from us?", "en"}}};

sdk::Result<void> add_if_absent(sdk::Transaction& transaction, const sdk::CallContext& context,
                                const ExampleMessage& example, sdk::Instant now) {
    const auto there =
        transaction.query_one(context, "SELECT id FROM landing_contact_messages WHERE id = ?", {example.id});
    if (!there) return there.error();
    if (*there) return sdk::ok();
    const auto added = transaction.execute(
        context,
        "INSERT INTO landing_contact_messages (id, received_at, name, email, company, topic, message, locale) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {example.id, now - example.age, example.name, example.email, example.company, example.topic, example.message,
         example.locale});
    if (!added) return added.error();
    return sdk::ok();
}

}  // namespace

sdk::Result<std::string> Demonstration::load(const sdk::CallContext& context) {
    const auto now = clock_.now();
    const auto loaded = database_.transaction(context, [&](sdk::Transaction& transaction) -> sdk::Result<void> {
        for (const auto& example : kExamples)
            if (auto added = add_if_absent(transaction, context, example, now); !added) return added;
        return sdk::ok();
    });
    if (!loaded) return loaded.error();
    return std::to_string(kExamples.size()) + " example messages of the contact form";
}

}  // namespace whatsflow::landing
