# asynpython_tests(SOURCE...): a program and a test of ctest for each.
# A million callbacks take a minute under the thread sanitizer.
function(asynpython_tests)
  set(timeout 120)
  if(ASYNPYTHON_SANITIZE)
    set(timeout 590)
  endif()
  foreach(source ${ARGN})
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    asynpython_target(${name})
    # Record types and device support are found by name at run time: their libraries are to be there
    # though nothing refers to them.
    target_link_libraries(${name} PRIVATE
      -Wl,--push-state,--no-as-needed asyn::asyn EPICS::dbRecStd -Wl,--pop-state
      EPICS::dbCore EPICS::Com)
    target_compile_definitions(${name} PRIVATE
      DBD_PATH="${EPICS_DBD_DIR}:${ASYN_DBD_DIR}" ASYN_BUNDLED=$<NOT:$<BOOL:${ASYN}>>)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout}
      ENVIRONMENT "EPICS_ALLOW_POSIX_THREAD_PRIORITY_SCHEDULING=NO")
  endforeach()
endfunction()
