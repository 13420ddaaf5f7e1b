// Who may depend on whom: one level deep, within one project.
#include "dependencies.hpp"

#include <gtest/gtest.h>

namespace whatsflow::flags {
namespace {

using nlohmann::json;

DependencyGraph a_graph() {
    DependencyGraph graph;
    graph.put("free", "default", {});
    graph.put("parent", "default", {});
    graph.put("child", "default", {"parent"});
    graph.put("elsewhere", "shop", {});
    return graph;
}

std::string refusal(const char* child, const char* parent) {
    const auto answer = a_graph().may_depend(child, parent);
    return answer ? "" : answer.error().code;
}

TEST(Dependencies, AreOneLevelDeepAndWithinAProject) {
    EXPECT_EQ(refusal("free", "parent"), "");
    EXPECT_EQ(refusal("child", "free"), "") << "a second parent";
    EXPECT_EQ(refusal("free", "free"), "flags.depends_on_itself");
    EXPECT_EQ(refusal("free", "nobody"), "flags.no_such_parent");
    EXPECT_EQ(refusal("free", "child"), "flags.parent_depends");
    EXPECT_EQ(refusal("parent", "free"), "flags.has_dependents");
    EXPECT_EQ(refusal("parent", "child"), "flags.parent_depends") << "a circle";
    EXPECT_EQ(refusal("free", "elsewhere"), "flags.parent_elsewhere");
}

TEST(Dependencies, OfADefinitionAreCheckedTogether) {
    auto graph = a_graph();
    EXPECT_TRUE(graph.check("child"));
    EXPECT_TRUE(graph.check("not there"));
    graph.put("free", json::parse(R"({"dependencies": [{"feature": "parent"}, {"feature": "parent"}]})"));
    EXPECT_EQ(graph.check("free").error().code, "flags.dependency_twice");
    graph.put("free", json::parse(R"({"project": "shop", "dependencies": [{"feature": "parent"}]})"));
    EXPECT_EQ(graph.check("free").error().code, "flags.parent_elsewhere");
    graph.put("free", json::parse(R"({"dependencies": [7, {"feature": "parent"}, {"feature": "gone"}]})"));
    EXPECT_EQ(graph.check("free").error().code, "flags.no_such_parent");
}

TEST(Dependencies, OffersWhoMayBeAParentAndNamesWhoDepends) {
    auto graph = a_graph();
    using Names = std::vector<std::string>;
    EXPECT_EQ(graph.possible_parents_of("free", 10), (Names{"parent"}));
    EXPECT_EQ(graph.possible_parents_of("child", 10), (Names{"free"})) << "not the one it has";
    EXPECT_EQ(graph.possible_parents_of("parent", 10), Names{});
    EXPECT_EQ(graph.possible_parents_of("free", 0), Names{});
    EXPECT_EQ(graph.dependents_of("parent"), (Names{"child"}));
    EXPECT_EQ(graph.dependents_of("child"), Names{});
}

TEST(Dependencies, AreWrittenAsUnleashWritesThem) {
    auto definition = with_dependency(json::object(), 0, {"p", true, {"a", "b"}});
    EXPECT_EQ(definition["dependencies"],
              json::parse(R"([{"feature": "p", "enabled": true, "variants": ["a", "b"]}])"));
    definition = with_dependency(std::move(definition), 1, {"q", true, {}});
    definition = with_dependency(std::move(definition), 0, {"p", false, {"a"}});
    EXPECT_EQ(definition["dependencies"],
              json::parse(R"([{"feature": "p", "enabled": false}, {"feature": "q", "enabled": true}])"));
    definition = without_dependency(std::move(definition), 0);
    EXPECT_EQ(definition["dependencies"][0]["feature"], "q");
    EXPECT_FALSE(without_dependency(std::move(definition), 0).contains("dependencies"));
    EXPECT_EQ(in_words(Dependency{"p", true, {"a", "b"}}), "on with variant “a” or “b”");
    EXPECT_EQ(in_words(Dependency{"p", false, {}}), "off");
}

TEST(Dependencies, KnowsTheVariantsOfRulesAndOfTheFlag) {
    const auto rules = RuleSet::parse(R"({"features": [{"name": "f", "variants": [{"name": "a", "weight": 1}],
        "strategies": [{"name": "default", "variants": [{"name": "b", "weight": 1}, {"name": "a", "weight": 1}]}]}]})");
    ASSERT_TRUE(rules);
    EXPECT_EQ(variant_names_of(*(*rules)->find("f")), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace whatsflow::flags
