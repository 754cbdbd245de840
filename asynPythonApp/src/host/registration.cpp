#include "host/registration.h"

#include <exception>
#include <map>
#include <set>
#include <string>

#include <dbAccess.h>
#include <dbBase.h>
#include <dbJLink.h>
#include <epicsFindSymbol.h>
#include <epicsStdio.h>
#include <errlog.h>
#include <iocsh.h>
#include <iocshRegisterCommon.h>
#include <registryCommon.h>
#include <registryDeviceSupport.h>
#include <registryDriverSupport.h>

namespace
{

// Kept for ever: Base refers to the names and to the definitions.
const char *keep(const std::string &name)
{
    static auto *names = new std::set<std::string>;
    return names->insert(name).first->c_str();
}

// What epicsExportAddress has left under a name: a pointer to the object, which NULL says is not
// there.
template <typename Pointer> Pointer *find(const std::string &symbol)
{
    auto *found = static_cast<Pointer *>(epicsFindSymbol(symbol.c_str()));
    return found && *found ? found : nullptr;
}

template <typename Node, typename Call> void forEach(const ELLLIST &list, Call call)
{
    for (ELLNODE *each = list.node.next; each; each = each->next)
        call(*reinterpret_cast<Node *>(each)); // the node is the first member
}

class Registration
{
  public:
    int run(dbBase &base)
    {
        forEach<dbRecordType>(base.recordTypeList, [this](dbRecordType &type) {
            recordType(type);
            forEach<devSup>(type.devList, [&](devSup &support) { device(type, support); });
        });
        forEach<drvSup>(base.drvList, [this](drvSup &support) { driver(support); });
        forEach<linkSup>(base.linkList, [this](linkSup &support) { link(support); });
        forEach<dbText>(base.functionList, [this](dbText &each) {
            call("function", "pvar_func_register_func_", each.text);
        });
        forEach<dbText>(base.registrarList,
                        [this](dbText &each) { call("registrar", "pvar_func_", each.text); });
        forEach<dbVariableDef>(base.variableList, [this](dbVariableDef &each) { variable(each); });
        return missing_;
    }

  private:
    void recordType(const dbRecordType &type)
    {
        if (registryRecordTypeFind(type.name))
            return;
        const std::string name = type.name;
        auto *rset = find<typed_rset *>("pvar_rset_" + name + "RSET");
        auto *sizeOffset = find<computeSizeOffset>("pvar_func_" + name + "RecordSizeOffset");
        if (!rset || !sizeOffset)
            return report("recordtype", type.name);
        const char *kept = keep(name);
        static auto *locations =
            new std::map<std::string, recordTypeLocation>; // kept, as the names are
        recordTypeLocation &location = (*locations)[name];
        location = {*rset, *sizeOffset};
        registerRecordTypes(pdbbase, 1, &kept, &location);
    }

    void device(const dbRecordType &type, const devSup &support)
    {
        if (registryDeviceSupportFind(support.name))
            return;
        auto *found = find<dset *>(std::string("pvar_dset_") + support.name);
        if (!found)
            return report("device", std::string(type.name) + ", " + support.name);
        const char *kept = keep(support.name);
        registerDevices(pdbbase, 1, &kept, found);
    }

    void driver(const drvSup &support)
    {
        if (registryDriverSupportFind(support.name))
            return;
        auto *found = find<drvet *>(std::string("pvar_drvet_") + support.name);
        if (!found)
            return report("driver", support.name);
        const char *kept = keep(support.name);
        registerDrivers(pdbbase, 1, &kept, found);
    }

    void link(const linkSup &support)
    {
        if (support.pjlif)
            return;
        auto *found = find<jlif *>(std::string("pvar_jlif_") + support.jlif_name);
        if (!found)
            return report("link", support.jlif_name);
        registerJLinks(pdbbase, 1, found);
    }

    void call(const char *kind, const char *prefix, const char *name)
    {
        using Registrar = void (*)();
        auto *found = find<Registrar>(std::string(prefix) + name);
        if (!found)
            return report(kind, name);
        runRegistrarOnce(*found);
    }

    void variable(const dbVariableDef &each)
    {
        if (iocshFindVariable(each.name))
            return;
        const std::string type = each.type;
        auto *found = find<void *>("pvar_" + type + "_" + each.name);
        if (!found || (type != "int" && type != "double"))
            return report("variable", each.name);
        struct Definition {
            iocshVarDef terminated[2];
        };
        auto *kept = new Definition{};
        kept->terminated[0] = {keep(each.name), type == "int" ? iocshArgInt : iocshArgDouble,
                               *found};
        iocshRegisterVariable(kept->terminated);
    }

    // Once for each name in the life of the process.
    void report(const char *kind, const std::string &name)
    {
        ++missing_;
        static auto *reported = new std::set<std::string>;
        const std::string what = std::string(kind) + "(" + name + ")";
        if (reported->insert(what).second)
            fprintf(epicsGetStderr(),
                    "%s: a dbd file names it, and no library of this process has it; it is left "
                    "out.\n",
                    what.c_str());
    }

    int missing_ = 0;
};

} // namespace

int registerLoadedDbds() noexcept
{
    if (!pdbbase) {
        fprintf(epicsGetStderr(), "no dbd file has been loaded: nothing can be registered\n");
        return -1;
    }
    try {
        return Registration().run(*pdbbase);
    } catch (const std::exception &error) {
        fprintf(epicsGetStderr(), "what dbd files name cannot be registered: %s\n", error.what());
        return -1;
    }
}
