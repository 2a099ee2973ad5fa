#include "sim/queue.h"

#include "base/memory.h"

static void *grown(void *memory, size_t count, size_t size)
{
    memory = base_realloc(memory, count * size);
    if (memory == NULL)
        abort();
    return memory;
}

static bool is_sooner(const sim_queue_entry *left, const sim_queue_entry *right)
{
    return left->time_ns != right->time_ns ? left->time_ns < right->time_ns
                                           : left->order < right->order;
}

/* Places for as many as the heap has room for. */
static void queue_grow(sim_queue *queue)
{
    size_t capacity = queue->capacity * 2 + 1024;
    queue->heap = grown(queue->heap, capacity, sizeof *queue->heap);
    queue->places = grown(queue->places, capacity, sizeof *queue->places);
    queue->is_used = grown(queue->is_used, capacity, sizeof *queue->is_used);
    queue->free_places = grown(queue->free_places, capacity, sizeof *queue->free_places);
    for (size_t i = queue->capacity; i < capacity; i++) {
        queue->is_used[i] = false;
        queue->free_places[queue->free_count++] = i;
    }
    queue->capacity = queue->place_count = capacity;
}

void sim_queue_put(sim_queue *queue, const sim_happening *happening)
{
    if (queue->count == queue->capacity)
        queue_grow(queue);
    size_t place = queue->free_places[--queue->free_count];
    queue->places[place] = *happening;
    queue->is_used[place] = true;
    sim_queue_entry it = {happening->time_ns, queue->next_order++, place};
    size_t at = queue->count++;
    for (; at > 0 && is_sooner(&it, &queue->heap[(at - 1) / 2]); at = (at - 1) / 2)
        queue->heap[at] = queue->heap[(at - 1) / 2];
    queue->heap[at] = it;
}

static void heap_settle(sim_queue *queue, sim_queue_entry last)
{
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= queue->count)
            break;
        if (child + 1 < queue->count && is_sooner(&queue->heap[child + 1], &queue->heap[child]))
            child++;
        if (!is_sooner(&queue->heap[child], &last))
            break;
        queue->heap[at] = queue->heap[child];
        at = child;
    }
    queue->heap[at] = last;
}

bool sim_queue_take(sim_queue *queue, uint64_t until_ns, sim_happening *out)
{
    if (queue->count == 0 || queue->heap[0].time_ns > until_ns)
        return false;
    size_t place = queue->heap[0].place;
    *out = queue->places[place];
    queue->is_used[place] = false;
    queue->free_places[queue->free_count++] = place;
    queue->count--;
    heap_settle(queue, queue->heap[queue->count]);
    return true;
}

void sim_queue_deinit(sim_queue *queue)
{
    for (size_t i = 0; i < queue->place_count; i++) {
        if (queue->is_used[i])
            base_free(queue->places[i].bytes);
    }
    base_free(queue->heap);
    base_free(queue->places);
    base_free(queue->is_used);
    base_free(queue->free_places);
}
