/* Byzantine members: whatever one says, honest nodes become equal, and hold nothing forged. */
#include "sim/scenario.h"

/* The last node lies. It has nothing of its own: that would be no honest node's loss. */
static void one_liar(sim_world *world)
{
    size_t count = world->options.node_count;
    sim_set_liar(world, count - 1, sim_scenario_now()->lie);
    sim_fill_all(world, 0, count, 300);
    for (size_t i = 0; i + 1 < count; i++)
        sim_fill(world, i, sim_random(world, 50));
    sim_connect_all(world);
    sim_write_for(world, 300, 20 * SIM_SECOND);
}

static void nine_of_ten(sim_world *world)
{
    size_t count = world->options.node_count;
    for (size_t i = 2; i < count; i++)
        sim_set_liar(world, i, (sim_lie)(1 + sim_random(world, SIM_LIE_MIXED)));
    sim_fill_all(world, 0, count, 300);
    sim_fill(world, 1, 200);
    sim_connect_all(world);
    sim_write_for(world, 200, 20 * SIM_SECOND);
}

#define LIAR(scenario_name, scenario_lie, scenario_what)                                           \
    {                                                                                              \
        .name = scenario_name, .what = scenario_what, .node_count = 4, .run = one_liar,            \
        .limit_ns = 180 * SIM_SECOND, .lie = scenario_lie                                          \
    }

static const sim_scenario scenarios[] = {
    LIAR("liar_flip", SIM_LIE_FLIP, "bits flipped in a third of a member's frames"),
    LIAR("liar_cut", SIM_LIE_CUT, "frames cut short"),
    LIAR("liar_noise", SIM_LIE_NOISE, "random bytes in place of frames"),
    LIAR("liar_root", SIM_LIE_ROOT, "a wrong root"),
    LIAR("liar_equal", SIM_LIE_EQUAL, "\"equal\" claimed falsely"),
    LIAR("liar_count", SIM_LIE_COUNT, "a wrong count"),
    LIAR("liar_cells", SIM_LIE_CELLS, "forged sketch cells"),
    LIAR("liar_list", SIM_LIE_LIST, "forged lists of what is lacked"),
    LIAR("liar_body", SIM_LIE_BODY, "bodies changed: content, or signature"),
    LIAR("liar_forge", SIM_LIE_FORGE, "whole records, badly signed"),
    LIAR("liar_flood", SIM_LIE_FLOOD, "announces what is not there"),
    LIAR("liar_replay", SIM_LIE_REPLAY, "older frames, again"),
    LIAR("liar_silent", SIM_LIE_SILENT, "says hello, and no more"),
    LIAR("liar_name", SIM_LIE_NAME, "greets by another node's name"),
    LIAR("liar_mixed", SIM_LIE_MIXED, "each of these in turn"),
    {.name = "nine_of_ten",
     .what = "nine of ten peers lie, each in its way",
     .node_count = 11,
     .run = nine_of_ten,
     .limit_ns = 600 * SIM_SECOND},
};

const sim_group sim_liars = {scenarios, sizeof scenarios / sizeof scenarios[0]};
