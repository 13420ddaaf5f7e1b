/// \file
/// How a call across the plugin line says that it did not work.
///
/// `Result<T>` carries a value or an `Error`. It is for everything a user, a provider or
/// the network can cause; exceptions stay inside one module, and an exception that crosses
/// the plugin line counts as a fault of the plugin.
///
///     Result<Invoice> load(InvoiceId id);
///     auto invoice = load(id);
///     if (!invoice) return invoice.error();
///     use(*invoice);
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace whatsflow::sdk {

/// One field of a form or document that was not acceptable.
struct FieldError {
    std::string field;    ///< the name the sender used, such as `email`
    std::string code;     ///< stable, for programs: `required`, `too_long`
    std::string message;  ///< for people; says what to do
};

/// What went wrong. Neither text may contain a secret: both can reach a log.
struct Error {
    std::string code;     ///< stable and dotted, such as `database.unavailable`
    std::string message;  ///< one sentence: what, where, and what to do next
    std::vector<FieldError> fields{};
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }
    T& operator*() & { return std::get<0>(state_); }
    const T& operator*() const& { return std::get<0>(state_); }
    T&& operator*() && { return std::get<0>(std::move(state_)); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }
    const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : state_(std::move(error)) {}

    explicit operator bool() const noexcept { return state_.index() == 0; }
    const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<std::monostate, Error> state_;
};

inline Result<void> ok() { return {}; }

inline Error fail(std::string code, std::string message) {
    return Error{std::move(code), std::move(message)};
}

}  // namespace whatsflow::sdk
