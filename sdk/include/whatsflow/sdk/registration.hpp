/// \file
/// Something registered with the host that ends when this object dies.
#pragma once

#include <functional>
#include <utility>

namespace whatsflow::sdk {

/// Move-only. Destroying or releasing it withdraws the registration and waits for a
/// running callback, unless it is destroyed from inside that callback. Put it last in a
/// class, so that it dies first. The host withdraws everything a plugin registered when
/// the plugin stops, whether the plugin kept its registrations or not.
class [[nodiscard]] Registration {
public:
    Registration() = default;
    explicit Registration(std::function<void()> withdraw) : withdraw_(std::move(withdraw)) {}
    Registration(Registration&& other) noexcept : withdraw_(std::exchange(other.withdraw_, nullptr)) {}
    Registration& operator=(Registration&& other) noexcept {
        if (this != &other) {
            release();
            withdraw_ = std::exchange(other.withdraw_, nullptr);
        }
        return *this;
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() { release(); }

    void release() {
        if (auto withdraw = std::exchange(withdraw_, nullptr)) withdraw();
    }
    explicit operator bool() const noexcept { return static_cast<bool>(withdraw_); }

private:
    std::function<void()> withdraw_;
};

}  // namespace whatsflow::sdk
