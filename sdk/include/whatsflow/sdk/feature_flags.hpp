/// \file
/// Feature flags, as OpenFeature speaks of them.
///
///     auto flags = find_service<FeatureFlags>(host);
///     FlagContext who{.targeting_key = tenant.text(), .attributes = {{"plan", "growth"}}};
///     if (flag_value(flags, "app.new-inbox", false, who)) …
///
/// Asking never fails and never throws: without a provider, without the flag, with the wrong
/// type, the answer is the caller's default, and the details say why.
#pragma once

#include <whatsflow/sdk/service.hpp>

#include <nlohmann/json.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace whatsflow::sdk {

/// Who the question is about.
struct FlagContext {
    std::string targeting_key;  ///< the subject: a tenant or user id; decides percentages
    /// Anything rules may look at: text, numbers, booleans, lists.
    nlohmann::json attributes = nlohmann::json::object();
};

enum class FlagError {
    provider_not_ready,
    flag_not_found,
    parse_error,
    type_mismatch,
    targeting_key_missing,
    invalid_context,
    provider_fatal,
    general,
};

/// `FLAG_NOT_FOUND` and so on, as OpenFeature spells them.
std::string_view to_text(FlagError error);

/// OpenFeature's own reasons. Providers may use others.
namespace flag_reason {
inline constexpr std::string_view kStatic = "STATIC";
inline constexpr std::string_view kDefault = "DEFAULT";
inline constexpr std::string_view kTargetingMatch = "TARGETING_MATCH";
inline constexpr std::string_view kSplit = "SPLIT";
inline constexpr std::string_view kCached = "CACHED";
inline constexpr std::string_view kDisabled = "DISABLED";
inline constexpr std::string_view kUnknown = "UNKNOWN";
inline constexpr std::string_view kStale = "STALE";
inline constexpr std::string_view kError = "ERROR";
}  // namespace flag_reason

/// The answer and where it came from ("resolution details").
template <class T>
struct FlagDetails {
    T value{};            ///< always usable
    std::string variant;  ///< name of the value; empty when there is none
    std::string reason{flag_reason::kUnknown};
    std::optional<FlagError> error;     ///< set: `value` is the caller's default
    std::string message;                ///< for logs, with an error
    nlohmann::json metadata = nullptr;  ///< flat object of text, numbers and booleans, or null

    static FlagDetails failed(T fallback, FlagError error, std::string message) {
        FlagDetails details;
        details.value = std::move(fallback);
        details.reason = flag_reason::kError;
        details.error = error;
        details.message = std::move(message);
        return details;
    }
};

/// [any thread, the loop included] From memory, about a microsecond, no I/O.
///
/// An implementation answers every question with a value; the Result is there for the gate,
/// which refuses while the providing plugin stops. Callers use flag_value and flag_details.
class FeatureFlags : public Service {
public:
    static constexpr ServiceId kId{"whatsflow.feature_flags", 1};

    virtual Result<FlagDetails<bool>> boolean(std::string_view key, bool fallback,
                                              const FlagContext& context) const = 0;
    virtual Result<FlagDetails<std::string>> string(std::string_view key, const std::string& fallback,
                                                    const FlagContext& context) const = 0;
    virtual Result<FlagDetails<double>> number(std::string_view key, double fallback,
                                               const FlagContext& context) const = 0;
    virtual Result<FlagDetails<nlohmann::json>> object(std::string_view key, const nlohmann::json& fallback,
                                                       const FlagContext& context) const = 0;

protected:
    ~FeatureFlags() override;
};

namespace detail {

template <class T, class Method, class Argument>
FlagDetails<T> ask_flag(const ServiceHandle<FeatureFlags>& flags, Method method, std::string_view key,
                        const Argument& fallback, const FlagContext& context) {
    if (!flags)
        return FlagDetails<T>::failed(T(fallback), FlagError::provider_not_ready,
                                      "No plugin provides whatsflow.feature_flags/1.");
    auto answer = flags.call(method, key, fallback, context);
    if (answer) return std::move(*answer);
    const auto& error = answer.error();
    return FlagDetails<T>::failed(
        T(fallback), error.code == "plugin.unavailable" ? FlagError::provider_not_ready : FlagError::general,
        error.message);
}

}  // namespace detail

/// The full answer. Never fails.
inline FlagDetails<bool> flag_details(const ServiceHandle<FeatureFlags>& flags, std::string_view key, bool fallback,
                                      const FlagContext& context) {
    return detail::ask_flag<bool>(flags, &FeatureFlags::boolean, key, fallback, context);
}
inline FlagDetails<std::string> flag_details(const ServiceHandle<FeatureFlags>& flags, std::string_view key,
                                             const std::string& fallback, const FlagContext& context) {
    return detail::ask_flag<std::string>(flags, &FeatureFlags::string, key, fallback, context);
}
/// A text literal is a string, not a boolean.
inline FlagDetails<std::string> flag_details(const ServiceHandle<FeatureFlags>& flags, std::string_view key,
                                             const char* fallback, const FlagContext& context) {
    return flag_details(flags, key, std::string(fallback), context);
}
inline FlagDetails<double> flag_details(const ServiceHandle<FeatureFlags>& flags, std::string_view key, double fallback,
                                        const FlagContext& context) {
    return detail::ask_flag<double>(flags, &FeatureFlags::number, key, fallback, context);
}
/// Whole numbers are numbers too.
template <std::integral T>
requires(!std::same_as<T, bool>) FlagDetails<double> flag_details(const ServiceHandle<FeatureFlags>& flags,
                                                                  std::string_view key, T fallback,
                                                                  const FlagContext& context) {
    return flag_details(flags, key, static_cast<double>(fallback), context);
}
inline FlagDetails<nlohmann::json> flag_details(const ServiceHandle<FeatureFlags>& flags, std::string_view key,
                                                const nlohmann::json& fallback, const FlagContext& context) {
    return detail::ask_flag<nlohmann::json>(flags, &FeatureFlags::object, key, fallback, context);
}

/// Just the value.
template <class T>
auto flag_value(const ServiceHandle<FeatureFlags>& flags, std::string_view key, T fallback,
                const FlagContext& context) {
    return flag_details(flags, key, fallback, context).value;
}

}  // namespace whatsflow::sdk
