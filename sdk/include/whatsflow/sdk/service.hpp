/// \file
/// Services: how one plugin gets an answer from another without including it.
///
/// A service is an SDK interface with a string id and a revision, `whatsflow.mailer/1`.
/// The provider registers an object, the user asks for it by type and gets a handle for
/// the length of a call:
///
///     auto mailer = find_service<Mailer>(host);
///     if (!mailer) return fail("mail.unavailable", "No plugin provides whatsflow.mailer/1.");
///     auto sent = mailer.call(&Mailer::send, context, message);
///
/// `call` passes the provider's gate: while its plugin is being stopped the answer is the
/// error `plugin.unavailable`, an exception becomes `plugin.fault` and is counted against
/// the provider. Do not store a handle: find, call, forget.
#pragma once

#include <whatsflow/sdk/result.hpp>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace whatsflow::sdk {

struct ServiceId {
    std::string_view name;  ///< dotted: `whatsflow.mailer`, `com.acme.geocoder`
    unsigned revision = 1;  ///< grows when the interface changes; the id stays

    std::string text() const { return std::string(name) + "/" + std::to_string(revision); }
};

/// Base of every service interface. The provider keeps ownership; the host never deletes
/// through this type.
class Service {
protected:
    virtual ~Service();
};

/// What tells two providers of the same service apart: {"provider", "stripe"}.
using Properties = std::map<std::string, std::string>;

/// The provider's gate, seen from one caller. Implemented by the host. [thread-safe]
class ServiceLease {
public:
    /// Counts the call in. False when the plugin no longer takes calls.
    virtual bool enter() noexcept = 0;
    /// Counts the call out; must follow each successful enter().
    virtual void leave() noexcept = 0;
    /// Counts a fault against the provider. `what` goes to the log only.
    virtual void fault(std::string_view what) noexcept = 0;
    virtual const std::string& provider() const noexcept = 0;
    virtual const Properties& properties() const noexcept = 0;

protected:
    virtual ~ServiceLease();
};

struct FoundService {
    Service* service = nullptr;
    std::shared_ptr<ServiceLease> lease;
};

template <class T>
class ServiceHandle {
public:
    ServiceHandle() = default;
    explicit ServiceHandle(FoundService found)
        : service_(static_cast<T*>(found.service)), lease_(std::move(found.lease)) {}

    explicit operator bool() const noexcept { return service_ != nullptr; }
    /// Id of the providing plugin.
    const std::string& provider() const { return lease_->provider(); }
    const Properties& properties() const { return lease_->properties(); }

    /// Calls a method of the service through the provider's gate. The method must return a
    /// Result. [any thread; blocks as long as the method does]
    template <class R, class... Parameters, class... Arguments>
    Result<R> call(Result<R> (T::*method)(Parameters...), Arguments&&... arguments) const {
        return guarded<R>([&] { return (service_->*method)(std::forward<Arguments>(arguments)...); });
    }
    template <class R, class... Parameters, class... Arguments>
    Result<R> call(Result<R> (T::*method)(Parameters...) const, Arguments&&... arguments) const {
        return guarded<R>([&] { return (service_->*method)(std::forward<Arguments>(arguments)...); });
    }

private:
    template <class R, class Body>
    Result<R> guarded(Body&& body) const {
        if (!service_) return fail("plugin.unavailable", "No plugin provides this service.");
        if (!lease_->enter())
            return fail("plugin.unavailable", "Plugin " + lease_->provider() + " is being stopped.");
        struct Exit {
            ServiceLease& lease;
            ~Exit() { lease.leave(); }
        } exit{*lease_};
        try {
            return body();
        } catch (const std::exception& exception) {
            lease_->fault(exception.what());
        } catch (...) {
            lease_->fault("threw something that is not a std::exception");
        }
        return fail("plugin.fault", "Plugin " + lease_->provider() + " failed; see the log.");
    }

    T* service_ = nullptr;
    std::shared_ptr<ServiceLease> lease_;
};

/// A provider came or went.
struct ServiceChange {
    std::string service;  ///< `whatsflow.payment_provider/1`
    std::string provider;
    Properties properties;
    bool available = false;
};

}  // namespace whatsflow::sdk
