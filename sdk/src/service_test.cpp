#include <whatsflow/sdk/feature_flags.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

namespace whatsflow::sdk {
namespace {

class CountingLease final : public ServiceLease {
public:
    bool enter() noexcept override {
        inside += open ? 1 : 0;
        return open;
    }
    void leave() noexcept override { --inside; }
    void fault(std::string_view what) noexcept override { last_fault = what; }
    const std::string& provider() const noexcept override { return name_; }
    const Properties& properties() const noexcept override { return properties_; }

    bool open = true;
    int inside = 0;
    std::string last_fault;

private:
    std::string name_ = "flags";
    Properties properties_;
};

class OneFlag final : public FeatureFlags {
public:
    Result<FlagDetails<bool>> boolean(std::string_view key, bool fallback, const FlagContext&) const override {
        if (key == "broken") throw std::runtime_error("a secret detail");
        if (key != "on") return FlagDetails<bool>::failed(fallback, FlagError::flag_not_found, "no such flag");
        FlagDetails<bool> details;
        details.value = true;
        details.reason = flag_reason::kStatic;
        return details;
    }
    Result<FlagDetails<std::string>> string(std::string_view, const std::string& fallback,
                                            const FlagContext&) const override {
        return FlagDetails<std::string>::failed(fallback, FlagError::type_mismatch, "");
    }
    Result<FlagDetails<double>> number(std::string_view, double fallback, const FlagContext&) const override {
        return FlagDetails<double>::failed(fallback, FlagError::type_mismatch, "");
    }
    Result<FlagDetails<nlohmann::json>> object(std::string_view, const nlohmann::json& fallback,
                                               const FlagContext&) const override {
        return FlagDetails<nlohmann::json>::failed(fallback, FlagError::type_mismatch, "");
    }
};

class FlagsTest : public ::testing::Test {
protected:
    OneFlag flags_;
    std::shared_ptr<CountingLease> lease_ = std::make_shared<CountingLease>();
    ServiceHandle<FeatureFlags> handle_{FoundService{&flags_, lease_}};
    FlagContext who_{"tenant-1", {{"plan", "growth"}}};
};

TEST_F(FlagsTest, AFlagAnswersWithValueAndReason) {
    const auto details = flag_details(handle_, "on", false, who_);

    EXPECT_TRUE(details.value);
    EXPECT_EQ(details.reason, "STATIC");
    EXPECT_EQ(details.error, std::nullopt);
    EXPECT_EQ(lease_->inside, 0);
}

TEST_F(FlagsTest, EveryTypeFallsBackToItsDefault) {
    EXPECT_TRUE(flag_value(handle_, "off", true, who_));
    EXPECT_EQ(flag_value(handle_, "text", "blue", who_), "blue");
    EXPECT_DOUBLE_EQ(flag_value(handle_, "number", 3, who_), 3.0);
    EXPECT_EQ(flag_value(handle_, "object", nlohmann::json{{"a", 1}}, who_), (nlohmann::json{{"a", 1}}));
}

TEST_F(FlagsTest, WithoutAProviderTheDefaultIsTheAnswer) {
    const auto details = flag_details(ServiceHandle<FeatureFlags>{}, "on", true, who_);

    EXPECT_TRUE(details.value);
    EXPECT_EQ(details.error, FlagError::provider_not_ready);
    EXPECT_EQ(to_text(*details.error), "PROVIDER_NOT_READY");
}

TEST_F(FlagsTest, WhileTheProviderStopsTheDefaultIsTheAnswer) {
    lease_->open = false;

    const auto details = flag_details(handle_, "on", false, who_);

    EXPECT_FALSE(details.value);
    EXPECT_EQ(details.error, FlagError::provider_not_ready);
}

TEST_F(FlagsTest, AnExceptionIsAFaultOfTheProviderAndNotOfTheCaller) {
    const auto details = flag_details(handle_, "broken", true, who_);

    EXPECT_TRUE(details.value);
    EXPECT_EQ(details.error, FlagError::general);
    EXPECT_EQ(details.message.find("secret"), std::string::npos);
    EXPECT_EQ(lease_->last_fault, "a secret detail");
    EXPECT_EQ(lease_->inside, 0);
}

}  // namespace
}  // namespace whatsflow::sdk
