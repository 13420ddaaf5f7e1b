// The small parts that need no host: addresses, lists, CSV, moments.
#include "activity.hpp"
#include "address_list.hpp"
#include "csv.hpp"
#include "list_page.hpp"
#include "moment.hpp"
#include "page_kit.hpp"

#include <whatsflow/sdk/testing/fake_host.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whatsflow::admin {
namespace {

AddressList addresses(const std::vector<std::string>& entries) {
    return *AddressList::read(entries);
}

TEST(AdminAddressList, AnEmptyListAllowsEverybody) {
    EXPECT_TRUE(addresses({}).allows("203.0.113.7"));
}

TEST(AdminAddressList, ANetworkAllowsWhatIsInIt) {
    const auto list = addresses({"10.1.0.0/20", "2001:db8::/33", "192.0.2.7"});

    EXPECT_TRUE(list.allows("10.1.15.255"));
    EXPECT_FALSE(list.allows("10.1.16.0"));
    EXPECT_TRUE(list.allows("2001:db8:7fff::1"));
    EXPECT_FALSE(list.allows("2001:db8:8000::1"));
    EXPECT_TRUE(list.allows("192.0.2.7"));
    EXPECT_FALSE(list.allows("192.0.2.8"));
    EXPECT_TRUE(list.allows("::ffff:192.0.2.7"));
    EXPECT_FALSE(list.allows("nonsense"));
}

TEST(AdminAddressList, WhatIsNeitherIsNamed) {
    for (const char* entry : {"10.0.0.0/33", "example.com", "10.0.0.0/", "10.0.0.0/8x", "::/129", ""})
        EXPECT_FALSE(AddressList::read({entry})) << entry;
}

TEST(AdminCsv, ACellIsQuotedAndNeverAFormula) {
    EXPECT_EQ(csv_line({"a", "b,c", "say \"hi\"", "=1+1", "two\nlines"}),
              "a,\"b,c\",\"say \"\"hi\"\"\",'=1+1,\"two\nlines\"\r\n");
}

ListSpec a_list() {
    return {.path = "/things",
            .caption = "Things",
            .columns = {{.key = "name", .label = "Name", .sorts = true},
                        {.key = "size", .label = "Size"},
                        {.key = "id", .label = "Id", .hidden_at_first = true}},
            .filters = {{"state", "State", {{"on", "On"}, {"off", "Off"}}}, {"from", "From"}},
            .search_placeholder = "Search",
            .sort_at_first = "name"};
}

sdk::Fields query(const std::vector<std::pair<std::string, std::string>>& entries) {
    sdk::Fields fields;
    for (const auto& [name, value] : entries) fields.add(name, value);
    return fields;
}

TEST(AdminList, WhatTheListDoesNotKnowIsLeftOut) {
    const auto state = read_list_state(
        a_list(), query({{"state", "odd"}, {"sort", "size"}, {"column", "evil"}, {"from", "yesterday"}}));

    EXPECT_FALSE(state.is_filtered());
    EXPECT_EQ(state.sort, "name");
    EXPECT_THAT(state.columns, ::testing::ElementsAre("name", "size"));
}

TEST(AdminList, TheAddressSaysEverythingAndSurvivesTheWayThere) {
    const auto state = read_list_state(a_list(), query({{"q", "a&b"},
                                                        {"state", "on"},
                                                        {"sort", "name"},
                                                        {"order", "down"},
                                                        {"column", "id"},
                                                        {"column", "name"},
                                                        {"after", "c1"}}));

    EXPECT_EQ(list_path(a_list(), state), "/things?q=a%26b&state=on&sort=name&order=down&column=name&column=id");
}

TEST(AdminList, OlderRowsAreBehindTheCursorAndTheWayBackIsThere) {
    const sdk::testing::FakeHost host;
    const Words words(host, "en");
    const auto state = read_list_state(a_list(), query({{"after", "c1"}}));
    const auto model = list_model(a_list(), state, {{"1", {{"name", text_cell("A")}}}}, "c 2", {}, nullptr, words);

    EXPECT_EQ(model["older_path"], "/things?after=c%202");
    EXPECT_EQ(model["newer_path"], "/things");
    EXPECT_EQ(model["rows"][0]["cells"].size(), 2U);
}

TEST(AdminList, AnEmptyListSaysWhetherAFilterIsToBlame) {
    const sdk::testing::FakeHost host;
    const Words words(host, "en");
    const auto none = empty_model("users", "Nobody", "Add one");
    const auto plain = list_model(a_list(), read_list_state(a_list(), {}), {}, "", {}, none, words);
    const auto filtered = list_model(a_list(), read_list_state(a_list(), query({{"q", "x"}})), {}, "", {}, none, words);

    EXPECT_EQ(plain["when_empty"]["title"], "Nobody");
    EXPECT_EQ(filtered["when_empty"]["icon"], "search");
}

TEST(AdminActivity, OnlyFieldsThatAreNamedShowUpWithBothSides) {
    const auto changes = changes_of({{"role", "viewer"}}, {{"role", "owner"}, {"since", 3}});

    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0], (nlohmann::json{{"field", "role"}, {"before", "viewer"}, {"after", "owner"}}));
    EXPECT_EQ(changes[1]["before"], "–");
}

TEST(AdminMoment, MicrosecondsAndTextsMeanTheSame) {
    EXPECT_EQ(instant_of("2026-03-10T08:00:01.250000Z"), instant_of(nlohmann::json(1773129601000000)));
    EXPECT_FALSE(instant_of("soon"));
    EXPECT_FALSE(instant_from_field("2026-02-30"));
    EXPECT_EQ(field_from_instant(*instant_from_field("2026-03-10T08:05")), "2026-03-10T08:05");
}

TEST(AdminStatus, TellsTheKindOfAnError) {
    EXPECT_EQ(status_of(sdk::fail("staff.not_found", "")), 404);
    EXPECT_EQ(status_of(sdk::fail("database.unavailable", "")), 503);
    EXPECT_EQ(status_of(sdk::fail("mail.changed", "")), 409);
}

}  // namespace
}  // namespace whatsflow::admin
